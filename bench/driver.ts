/**
 * How many whole claims one worker leads through their lives, and what each costs it, beside bare loops that send the
 * same requests over the same client. Rounds alternate, so that whatever else the machine does falls on all alike.
 */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { summarise } from '../src/measure/summarise.ts';
import { benchRequest } from './bench-window.ts';
import { tellOutcome } from './outcome.ts';
import type { Figure } from './outcome.ts';
import { ended, nextMessage, startPinned } from './pinned-process.ts';
import { median } from './quantiles.ts';
import { startStub } from './start-stub.ts';
import type { RoundOrder, RoundResult, Subject } from './subject-process.ts';

const { values } = parseArgs({
  options: {
    claims: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    'max-concurrent': { type: 'string', default: '200' },
    /** Compare ways to connect and to watch as well. */
    clients: { type: 'boolean', default: false },
    /** Claims of the one long window; 0 for none. */
    long: { type: 'string', default: '0' },
    /** Below what the machine carries: else it is the queue of those that wait to be sent whose memory is measured. */
    'long-rate': { type: 'string', default: '1000' },
    /** An open loop at this rate for some seconds; 0 for none. */
    rate: { type: 'string', default: '2500' },
    seconds: { type: 'string', default: '5' },
  },
});
const claims = Number(values.claims);
const rounds = Number(values.rounds);
const maxConcurrent = Number(values['max-concurrent']);
const long = Number(values.long);
const openRate = Number(values.rate);

const SUBJECTS: Record<string, Subject> = {
  driver: { kind: 'driver' },
  'bare loop': { kind: 'bare', client: 'http1', watch: 'whole' },
};
if (values.clients) {
  SUBJECTS['bare, 16 HTTP/1.1 by dispatch'] = { kind: 'bare', client: 'http1-dispatch', watch: 'whole' };
  SUBJECTS['bare, undici HTTP/2'] = { kind: 'bare', client: 'undici-http2', watch: 'whole' };
  SUBJECTS['bare, node:http2, one session'] = { kind: 'bare', client: 'node-http2', watch: 'whole' };
  SUBJECTS['bare, metadata-only watch'] = { kind: 'bare', client: 'http1', watch: 'metadata' };
}

/** The spec's highest rate: everything is due at once, and maxConcurrent alone holds it back. */
const AT_ONCE_QPS = 10_000;
const [DRIVER_CORE, STUB_CORE] = [0, 1];

const stub = await startStub({ recordMoments: false }, STUB_CORE);
const processes = new Map<string, ChildProcess>();
let windowIndex = 0;

function play(name: string, order: Partial<RoundOrder> = {}): Promise<RoundResult> {
  const script = join(import.meta.dirname, 'subject-process.ts');
  const child = processes.get(name) ?? startPinned(script, [], DRIVER_CORE, ['--expose-gc']);
  processes.set(name, child);
  const { kubeconfig } = stub;
  const subject = SUBJECTS[name] ?? { kind: 'driver' };
  const result = nextMessage<RoundResult>(child);
  windowIndex += 1;
  const whole: RoundOrder = {
    subject,
    kubeconfig,
    windowIndex,
    qps: AT_ONCE_QPS,
    claims,
    maxConcurrent,
    ...order,
  };
  child.send(whole);
  return result;
}

const played = new Map<string, RoundResult[]>(Object.keys(SUBJECTS).map((name) => [name, []]));
// The first round of each warms its process up and is not counted.
for (let round = 0; round <= rounds; round += 1) {
  for (const [name, results] of played) {
    const result = await play(name);
    if (round > 0) results.push(result);
  }
}

const cpuMs = ({ cpuSeconds, claims }: RoundResult): number => (cpuSeconds * 1000) / claims;
const cpuOf = (name: string): number => median((played.get(name) ?? []).map(cpuMs));
const rateOf = (name: string): number =>
  Math.max(...(played.get(name) ?? []).map(({ claims, wallSeconds }) => claims / wallSeconds));
const figures: Figure[] = [
  { what: 'CPU per claim, driver', value: cpuOf('driver'), unit: 'ms', target: { most: 0.5 } },
  { what: 'CPU per claim, bare loop', value: cpuOf('bare loop'), unit: 'ms' },
  {
    what: 'bare loop / driver, CPU per claim',
    value: cpuOf('bare loop') / cpuOf('driver'),
    unit: '',
    target: { least: 0.8 },
  },
  {
    what: 'claims per second of driver CPU',
    value: 1000 / cpuOf('driver'),
    unit: '1/s',
    target: { least: 2500 },
  },
  { what: 'best rate by the clock, driver', value: rateOf('driver'), unit: '1/s' },
  { what: 'best rate by the clock, bare loop', value: rateOf('bare loop'), unit: '1/s' },
];
for (const name of played.keys()) {
  if (name === 'driver' || name === 'bare loop') continue;
  figures.push({ what: `CPU per claim, ${name}`, value: cpuOf(name), unit: 'ms' });
}

if (openRate > 0) {
  const count = openRate * Number(values.seconds);
  const { result } = await play('driver', { qps: openRate, claims: count, maxConcurrent: 20_000 });
  if (result === null || result.firstSentMs === null || result.lastSentMs === null)
    throw new Error('nothing was sent');
  const { latency } = summarise(
    [result],
    benchRequest(0, { qps: openRate, claims: count, maxConcurrent }).load,
  );
  const keptRate = ((count - 1) * 1000) / (result.lastSentMs - result.firstSentMs);
  figures.push({ what: `rate kept of ${openRate}/s, open loop`, value: keptRate, unit: '1/s' });
  figures.push({ what: '  lateness there, p99', value: latency.dueToSent?.all?.p99Ms ?? NaN, unit: 'ms' });
}

let looks: RoundResult['looks'] = [];
if (long > 0) {
  const lookEvery = Math.max(10_000, Math.round(long / 50));
  const pace = { qps: Number(values['long-rate']), maxConcurrent: 20_000 };
  const result = await play('driver', { ...pace, claims: long, lookEvery });
  ({ looks } = result);
  const [first, ...others] = looks;
  const last = looks.at(-1);
  if (first === undefined || last === undefined) throw new Error('too few claims for a look');
  const heaps = others.map(({ heapMib }) => heapMib);
  const firstMs = (first.cpuSeconds * 1000) / first.ended;
  figures.push(
    { what: `CPU per claim, first ${first.ended}`, value: firstMs, unit: 'ms' },
    { what: `CPU per claim, all ${long}`, value: cpuMs(result), unit: 'ms' },
    { what: '  all / first', value: cpuMs(result) / firstMs, unit: '', target: { most: 1.1 } },
    {
      what: 'heap after collection, greatest - least',
      value: Math.max(...heaps) - Math.min(...heaps),
      unit: 'MiB',
      target: { most: 10 },
    },
    { what: 'claims that did not become ready', value: result.notReady, unit: 'claims', target: { most: 0 } },
  );
}

const report = await stub.report();
figures.push(
  { what: 'watch events per claim', value: report.events / report.created, unit: '' },
  { what: 'bytes per watch event', value: report.eventBytes / report.events, unit: 'B' },
  {
    what: 'CPU per claim, stub (on the other core)',
    value: (report.cpuSeconds * 1000) / report.created,
    unit: 'ms',
  },
);
for (const child of processes.values()) {
  child.disconnect();
  await ended(child);
}
await stub.stop();
const told = Object.fromEntries(
  [...played].map(([name, results]) => [
    name,
    results.map(({ cpuSeconds, wallSeconds, notReady }) => ({ cpuSeconds, wallSeconds, notReady })),
  ]),
);
await tellOutcome('driver', { claims, rounds, maxConcurrent, long }, figures, { rounds: told, looks });
