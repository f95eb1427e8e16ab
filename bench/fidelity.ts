/**
 * How true the driver's figures are: its own timelines beside what a stub API server with known delays knows of the same
 * claims; then how many claims it loses or counts twice when watches are cut off and calls are refused.
 */
import { parseArgs } from 'node:util';
import { connect } from '../src/kubernetes/connect.ts';
import { epochMs } from '../src/load/epoch-clock.ts';
import { runWindow } from '../src/load/run-window.ts';
import type { ClaimTimeline, WindowResult } from '../src/measure/window-result.ts';
import { benchRequest, benchWorld, readJournal } from './bench-window.ts';
import { tellOutcome } from './outcome.ts';
import type { Figure } from './outcome.ts';
import { median, quantile } from './quantiles.ts';
import { startStub } from './start-stub.ts';
import { monotonicMs } from './monotonic.ts';
import type { StubReport, StubSettings } from './stub/settings.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '300' },
    seconds: { type: 'string', default: '20' },
    'ready-ms': { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const claims = Math.round(rate * seconds);
const delays = { readyMedianMs: Number(values['ready-ms']), seed: Number(values.seed) };

interface Observed {
  result: WindowResult;
  stub: StubReport;
  /** All ends of the journal, also those that stand in it twice. */
  ends: ClaimTimeline[];
}

/** One window of the real driver against a stub of its own. */
async function observe(settings: Partial<StubSettings>): Promise<Observed> {
  const stub = await startStub({ ...delays, ...settings }, null);
  const kube = connect({ kubeconfig: stub.kubeconfig });
  const world = await benchWorld();
  try {
    const request = benchRequest(0, { qps: rate, claims, maxConcurrent: 10_000 });
    const result = await runWindow(request, { ...world.deps, kube });
    const lines = await readJournal(result.journal.path);
    const ends = lines.flatMap((line) => ('ended' in line ? [line.ended] : []));
    ends.sort((one, other) => one.index - other.index);
    return { result, stub: await stub.report(), ends };
  } finally {
    await kube.close();
    await stub.stop();
    await world.remove();
  }
}

/** Latencies as measured minus as they were, in milliseconds; of claims that both sides saw become ready. */
function errorsOf({ ends, stub }: Observed): { whole: number[]; send: number[]; ready: number[] } {
  const epochOffsetMs = epochMs() - monotonicMs();
  const errors: ReturnType<typeof errorsOf> = { whole: [], send: [], ready: [] };
  for (const { name, sentMs, readyMs } of ends) {
    const truth = stub.moments[name];
    if (sentMs === null || readyMs === null || truth === undefined || truth.readyMs === null) continue;
    errors.whole.push(readyMs - sentMs - (truth.readyMs - truth.createdMs));
    errors.send.push(truth.createdMs + epochOffsetMs - sentMs);
    errors.ready.push(readyMs - (truth.readyMs + epochOffsetMs));
  }
  return errors;
}

/**
 * The p99 of each second, and of those the median: what it would be for a machine that does nothing else, where only some
 * seconds are disturbed.
 */
function calmP99(values: readonly number[]): number {
  const perSecond = Math.max(1, Math.round(rate));
  const starts = Array.from(
    { length: Math.max(1, Math.floor(values.length / perSecond)) },
    (_, second) => second * perSecond,
  );
  return median(starts.map((start) => quantile(values.slice(start, start + perSecond), 0.99)));
}

function lossesOf({ result, stub, ends }: Observed): { lost: number; doubled: number } {
  const ready = new Set(ends.filter(({ end }) => end === 'ready').map(({ index }) => index));
  const told = new Set(ends.map(({ index }) => index));
  const lost = claims - ready.size + stub.left + (claims - result.counts.ready);
  return { lost, doubled: ends.length - told.size + Math.max(0, stub.created - claims) };
}

const lateness = ({ ends }: Observed): number[] =>
  ends.flatMap(({ sentMs, dueMs }) => (sentMs === null ? [] : [sentMs - dueMs]));

console.log(`${claims} claims at ${rate}/s, ready after ${delays.readyMedianMs} ms (median, log-normal)`);
const calm = await observe({});
const calmErrors = errorsOf(calm);
const faulty = await observe({ cutWatchEveryMs: 1000, throttledFraction: 0.1, retryAfterSeconds: 1 });
const { generator } = faulty.result;
const calmLosses = lossesOf(calm);
const faultyLosses = lossesOf(faulty);

const ms = (what: string, of: number[], fraction: number, most?: number): Figure => {
  const figure = { what, value: quantile(of, fraction), unit: 'ms' };
  return most === undefined ? figure : { ...figure, target: { most } };
};
const none = (what: string, value: number): Figure => ({ what, value, unit: 'claims', target: { most: 0 } });
await tellOutcome(
  'fidelity',
  { rate, seconds, claims, ...delays },
  [
    ms('error of measured latency, p50', calmErrors.whole, 0.5),
    ms('error of measured latency, p99', calmErrors.whole.map(Math.abs), 0.99, 2),
    { what: '  in the median second, p99', value: calmP99(calmErrors.whole.map(Math.abs)), unit: 'ms' },
    ms('  of it before the server had the create, p99', calmErrors.send, 0.99),
    ms('  of it after the server had it ready, p99', calmErrors.ready, 0.99),
    ms('lateness (sent after due), p50', lateness(calm), 0.5),
    ms('lateness (sent after due), p99', lateness(calm), 0.99, 5),
    { what: '  in the median second, p99', value: calmP99(lateness(calm)), unit: 'ms' },
    none('lost, nothing going wrong', calmLosses.lost),
    none('doubled, nothing going wrong', calmLosses.doubled),
    none('lost, watch cut every second and 10 % of calls 429', faultyLosses.lost),
    none('doubled, watch cut every second and 10 % of calls 429', faultyLosses.doubled),
    { what: '  watches cut', value: faulty.stub.watchesCut, unit: '' },
    { what: '  watches resumed without a new list', value: generator.watchResumed, unit: '' },
    { what: '  new lists', value: generator.watchRelisted, unit: '' },
    { what: '  calls answered 429', value: faulty.stub.throttled, unit: '' },
  ],
  { eventLoopDelayP99Ms: calm.result.generator.eventLoopDelayP99Ms },
);
