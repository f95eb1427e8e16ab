import type { ClusterHandle } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import type { KubeClient } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import { countByPool } from '../node-pools.ts';
import type { ClusterDetails } from '../provider.ts';
import type { KindClustersDeps } from './kind-clusters.ts';
import { recordOf, withCluster } from './kind-clusters.ts';

/** Null where kind lists no such cluster. Of one that is half made nothing but its name is known. */
export async function describeCluster(
  deps: KindClustersDeps,
  handle: ClusterHandle,
  work: Work,
): Promise<ClusterDetails | null> {
  const { kind } = deps;
  const clusters = await kind.clustersIfAny(work);
  if (clusters === null || !clusters.includes(handle.name)) return null;
  const made = (await recordOf(deps, handle.name, work))?.made === true;
  const inside = made ? await withCluster(deps, handle.name, work, (kube) => look(kube, work.signal)) : null;
  return {
    handle,
    kubernetesVersion: inside?.version ?? 'unknown',
    nodes: inside?.nodes ?? {},
    components: { kind: await kind.version(work) },
    flags: {},
  };
}

async function look(kube: KubeClient, signal: AbortSignal) {
  const { items } = await kube.list(RESOURCES.Node, { signal });
  const info = items[0]?.['status'] as { nodeInfo?: { kubeletVersion?: string } } | undefined;
  return { version: info?.nodeInfo?.kubeletVersion ?? 'unknown', nodes: countByPool(items, 'control-plane') };
}
