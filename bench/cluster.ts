/**
 * A whole load on the real local control plane: what the driver needs for it, what everything else needs, how soon a
 * full pool is noticed, and how well the set rate is kept. `--shape small` is what two cores carry; `--shape presubmit`
 * is agent-sandbox's own, where the plane is the limit.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RESOURCES } from '../src/kubernetes/resources.ts';
import { summarise } from '../src/measure/summarise.ts';
import { readSpecFile } from '../src/spec/read-file.ts';
import { resolveSpec } from '../src/spec/resolve.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import { tellOutcome } from './outcome.ts';
import type { Figure } from './outcome.ts';
import { cpuSince, planeCpuSeconds } from './plane-cpu.ts';
import { plainRun } from './plain-run.ts';

const { values } = parseArgs({ options: { shape: { type: 'string', default: 'small' } } });

/** Ten fake nodes, 200 warm sandboxes, 20 claims a second for ten seconds. */
const SMALL = {
  provider: { type: 'local', pools: { sandbox: { nodes: 10, maxPods: 110 } } },
  agentSandbox: { warmPool: { replicas: 200, readyTimeout: '10m' } },
  load: { qps: 20, duration: '10s', readyTimeout: '5m' },
};

async function specOf(shape: string): Promise<RunSpec> {
  if (shape === 'small') return resolveSpec(SMALL);
  const file = join(import.meta.dirname, '../examples/presubmit-shape.yaml');
  return resolveSpec((await readSpecFile(file)).input);
}

const spec = await specOf(values.shape);
const { replicas } = spec.agentSandbox.warmPool;
let stateFolder = '';
let poolFullAtMs = NaN;
const poolFull = Promise.withResolvers<number>();
let stopWatching = (): void => undefined;
let cpuBefore: Record<string, number> = {};
let cpu: Record<string, number> = {};

interface Pool {
  status?: { readyReplicas?: number };
}

const run = await plainRun(spec, {
  planned: (folder) => (stateFolder = folder),
  async beforePool({ kube, plan }) {
    const options = { namespace: plan.sandbox.workloadNamespace };
    const watch = kube.watch(RESOURCES.SandboxWarmPool, options, (event) => {
      const pools = event.type === 'RELISTED' ? event.items : [event.object];
      const full = pools.some((pool) => ((pool as Pool).status?.readyReplicas ?? 0) >= replicas);
      if (full) poolFull.resolve(event.receivedAtMs);
    });
    stopWatching = () => watch.stop();
    await watch.started;
  },
  async beforeClaims() {
    poolFullAtMs = await poolFull.promise;
    stopWatching();
    cpuBefore = await planeCpuSeconds(stateFolder);
  },
  async afterClaims() {
    cpu = cpuSince(cpuBefore, await planeCpuSeconds(stateFolder));
  },
});

const { window, driverCpuSeconds, poolReturnedAtMs, seconds } = run;
const { due, ready, submitted } = window.counts;
const { latency } = summarise([window], spec.load);
if (window.firstSentMs === null || window.lastSentMs === null) throw new Error('no figures');
const { qps = NaN } = spec.load;
const dueSpanMs = ((due - 1) * 1000) / qps;
const sentSpanMs = window.lastSentMs - window.firstSentMs;
const ms = (what: string, value: number | undefined): Figure => ({ what, value: value ?? NaN, unit: 'ms' });
await tellOutcome(
  `cluster-${values.shape}`,
  { shape: values.shape, qps, replicas },
  [
    { what: 'claims ready', value: ready, unit: `of ${due}` },
    { what: 'claims ready per second, first sent to last ready', value: rateOfReady(), unit: '1/s' },
    {
      what: 'full pool noticed after',
      value: (poolReturnedAtMs - poolFullAtMs) / 1000,
      unit: 's',
      target: { most: 0.2 },
    },
    {
      what: 'off the set rate, by the span of sends',
      value: Math.abs(sentSpanMs / dueSpanMs - 1) * 100,
      unit: '%',
      target: { most: 0.1 },
    },
    {
      what: 'driver CPU per claim',
      value: (driverCpuSeconds * 1000) / submitted,
      unit: 'ms',
      target: { most: 1 },
    },
    { what: 'driver CPU while claims ran', value: driverCpuSeconds, unit: 's' },
    ...Object.entries(cpu).map(([program, value]) => ({ what: `  ${program} meanwhile`, value, unit: 's' })),
    ms('lateness, p99', latency.dueToSent?.all?.p99Ms),
    ms('due to ready, p50', latency.dueToReady?.all?.p50Ms),
    ms('due to ready, p99', latency.dueToReady?.all?.p99Ms),
    { what: 'pool filled in', value: seconds.warmPool, unit: 's' },
    { what: 'claims, first due to last deleted', value: seconds.claims, unit: 's' },
    { what: 'all, cluster and its removal included', value: run.totalSeconds, unit: 's' },
  ],
  { seconds, cpu, counts: window.counts, errors: window.errors },
);

function rateOfReady(): number {
  const { firstSentMs, lastReadyMs } = window;
  return firstSentMs === null || lastReadyMs === null ? NaN : (ready * 1000) / (lastReadyMs - firstSentMs);
}
