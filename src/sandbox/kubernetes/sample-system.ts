import type { SystemSample } from '../../domain/system-sample.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { RemovalTarget } from '../agent-sandbox.ts';
import { countOrphans } from './orphans.ts';
import { readProcess, readStorage } from './stored-objects.ts';

/** One look at all of it. What can't be read is null, whatever the reason: a soak goes on without a figure. */
export async function sampleSystem(
  target: RemovalTarget,
  controllerMetrics: () => Promise<string | null>,
  signal: AbortSignal,
): Promise<SystemSample> {
  const [controller, storage, pool, orphans] = await Promise.all([
    orNull(controllerMetrics),
    orNull(() => target.kube.text('/metrics', { signal })),
    orNull(() => poolOf(target, signal)),
    orNull(() => countOrphans(target, signal)),
  ]);
  signal.throwIfAborted();
  const { memoryBytes, startedAtSeconds } = readProcess(controller ?? '');
  return {
    controllerMemoryBytes: memoryBytes,
    controllerStartedAtSeconds: startedAtSeconds,
    ...readStorage(storage ?? ''),
    pool,
    orphans,
    workerMemoryBytes: process.memoryUsage.rss(),
  };
}

/** How far the warm pool is filled. */
async function poolOf({ kube, plan }: RemovalTarget, signal: AbortSignal): Promise<SystemSample['pool']> {
  const { workloadNamespace: namespace, warmPool } = plan.sandbox;
  const found = await kube.get<Pool>(RESOURCES.SandboxWarmPool, warmPool, { namespace, signal });
  if (found === null) return null;
  return { ready: found.status?.readyReplicas ?? 0, wanted: found.spec?.replicas ?? 0 };
}

interface Pool extends KubeObject {
  spec?: { replicas?: number };
  status?: { readyReplicas?: number };
}

async function orNull<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch {
    return null;
  }
}
