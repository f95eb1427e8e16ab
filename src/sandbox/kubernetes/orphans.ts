import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject, KubeResource } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { RemovalTarget } from '../agent-sandbox.ts';

/** Garbage collection takes a moment: only what is an orphan after it too is one. */
const GRACE_MS = 5_000;

/**
 * How many sandboxes in the workload namespace have lost their claim or pool, and how many pods their sandbox. Looked at
 * twice where the first look finds any, because owners go first.
 */
export async function countOrphans(
  target: RemovalTarget,
  signal: AbortSignal,
  graceMs = GRACE_MS,
): Promise<{ sandboxes: number; pods: number }> {
  const first = await orphansNow(target, signal);
  if (first.sandboxes.size + first.pods.size === 0) return { sandboxes: 0, pods: 0 };
  await sleep(graceMs, undefined, { signal });
  const second = await orphansNow(target, signal);
  return {
    sandboxes: first.sandboxes.intersection(second.sandboxes).size,
    pods: first.pods.intersection(second.pods).size,
  };
}

async function orphansNow({ kube, plan }: RemovalTarget, signal: AbortSignal) {
  const namespace = plan.sandbox.workloadNamespace;
  // Children before their owners: what is made meanwhile is then no orphan.
  const all = async (resource: KubeResource) => (await kube.list(resource, { namespace, signal })).items;
  const pods = await all(RESOURCES.Pod);
  const sandboxes = await all(RESOURCES.Sandbox);
  const [claims, pools] = [await all(RESOURCES.SandboxClaim), await all(RESOURCES.SandboxWarmPool)];
  return {
    pods: parentless(pods, ['Sandbox'], sandboxes),
    sandboxes: parentless(sandboxes, ['SandboxClaim', 'SandboxWarmPool'], [...claims, ...pools]),
  };
}

/** Uids of those whose owner of one of these kinds is not among `owners`, and that nobody is removing. */
function parentless(
  objects: readonly KubeObject[],
  kinds: readonly string[],
  owners: readonly KubeObject[],
): Set<string> {
  const there = new Set(owners.map(({ metadata }) => metadata.uid));
  const orphans = objects.filter(({ metadata }) => {
    if (metadata.deletionTimestamp !== undefined) return false;
    const parents = metadata.ownerReferences?.filter(({ kind }) => kinds.includes(kind)) ?? [];
    return parents.length > 0 && parents.every(({ uid }) => !there.has(uid));
  });
  return new Set(orphans.map(({ metadata }) => metadata.uid ?? metadata.name));
}
