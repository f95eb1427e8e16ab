import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePlan } from '../src/domain/make-plan.ts';
import type { Work } from '../src/domain/work.ts';
import { connect } from '../src/kubernetes/connect.ts';
import { epochMs } from '../src/load/epoch-clock.ts';
import { runWindow } from '../src/load/run-window.ts';
import type { WindowResult } from '../src/measure/window-result.ts';
import { localClusters } from '../src/providers/local/local-clusters.ts';
import { createLocalProvider } from '../src/providers/local/local-provider.ts';
import type { SandboxTarget } from '../src/sandbox/agent-sandbox.ts';
import { createAgentSandboxTypes } from '../src/sandbox/registry.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import { createToolchain } from '../src/toolchain/create-toolchain.ts';
import { benchWorld } from './bench-window.ts';

const OWNER = '00000000bd';

/** The acts of a run in order, each with its seconds, by the clock. */
export interface PlainRun {
  seconds: Record<'cluster' | 'agentSandbox' | 'workload' | 'warmPool' | 'claims' | 'teardown', number>;
  totalSeconds: number;
  window: WindowResult;
  /** When the wait for the full pool was over; epoch milliseconds. */
  poolReturnedAtMs: number;
  /** User and system time of this very process while the claims ran. */
  driverCpuSeconds: number;
}

/** What may be looked at while the plain run goes on. */
export interface PlainRunWatcher {
  /** The state folder of the cluster to come, for whoever looks for its processes. */
  planned?: (stateFolder: string) => void;
  /** Within the run, before the pool is filled: for a watch of its own. */
  beforePool?: (target: SandboxTarget) => Promise<void>;
  /** Around the claims. */
  beforeClaims?: () => Promise<void>;
  afterClaims?: () => Promise<void>;
}

/**
 * What a run does, on a local cluster of its own, as a plain script: no Temporal, nothing durable. Takes the cluster down
 * however it ends.
 */
export async function plainRun(spec: RunSpec, watcher: PlainRunWatcher = {}): Promise<PlainRun> {
  const work: Work = { signal: new AbortController().signal, progress: () => undefined };
  const stateFolder = await mkdtemp(join(tmpdir(), 'sandtide-bench-plane-'));
  const world = await benchWorld();
  const toolchain = createToolchain();
  const home = (workflowId: string) => ({ kind: 'embedded' as const, sessionId: 'bench', workflowId });
  const provider = createLocalProvider({ toolchain, stateFolder, home });
  const sandbox = createAgentSandboxTypes({
    manifestsFolder: (version, during) => toolchain.agentSandboxManifests(version, during),
  })(spec.agentSandbox.type);
  const plan = makePlan({
    identity: { namespace: 'default', workflowId: 'bench', firstExecutionRunId: 'run-1' },
    owner: OWNER,
    cluster: provider.plan(spec, 'bench', OWNER),
    sandbox: sandbox.plan(spec, 'bench', OWNER),
    disposable: true,
    lease: spec.limits.lease,
    nowMs: Date.now(),
    workloadCommand: null,
    totalClaims: spec.load.total ?? 0,
    warmPoolReplicas: spec.agentSandbox.warmPool.replicas,
  });
  watcher.planned?.(stateFolder);
  const seconds = {} as PlainRun['seconds'];
  const beganMs = performance.now();
  async function timed<T>(act: keyof PlainRun['seconds'], work: () => Promise<T>): Promise<T> {
    const beganMs = performance.now();
    const result = await work();
    seconds[act] = (performance.now() - beganMs) / 1000;
    return result;
  }
  let claims: Pick<PlainRun, 'window' | 'driverCpuSeconds' | 'poolReturnedAtMs'>;
  try {
    await timed('cluster', () => provider.ensure(plan, spec, work));
    const runDeployment = provider.runDeployment?.bind(provider, plan.cluster) ?? null;
    const kube = connect(await provider.credentials(plan.cluster, work));
    try {
      const { inClusterWebhooks } = provider.capabilities;
      const target: SandboxTarget = { kube, plan, spec, inClusterWebhooks, runDeployment };
      await timed('agentSandbox', () => sandbox.install(target, work));
      await timed('workload', () => sandbox.installWorkload(target, work));
      await watcher.beforePool?.(target);
      await timed('warmPool', () => sandbox.fillWarmPool(target, work));
      const poolReturnedAtMs = epochMs();
      await watcher.beforeClaims?.();
      const cpuBefore = process.cpuUsage();
      const request = { plan, load: spec.load, windowIndex: 0, firstIndex: 0, arrivals: spec.load.total };
      const window = await timed('claims', () => runWindow(request, { ...world.deps, kube }));
      const { user, system } = process.cpuUsage(cpuBefore);
      claims = { window, poolReturnedAtMs, driverCpuSeconds: (user + system) / 1e6 };
      await watcher.afterClaims?.();
    } finally {
      await kube.close();
    }
  } finally {
    await timed('teardown', async () => {
      const clusters = localClusters(stateFolder);
      for (const { handle, owner } of await clusters.list(work)) await clusters.remove(handle, owner, work);
    });
    await rm(stateFolder, { recursive: true, force: true });
    await world.remove();
  }
  return { seconds, totalSeconds: (performance.now() - beganMs) / 1000, ...claims };
}
