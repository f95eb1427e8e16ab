import type { KubeObject } from '../kubernetes/kube-client.ts';

/** On the nodes that we make: which pool they are of. Pods choose their nodes by it. */
export const POOL_LABEL = 'sandtide.dev/pool';

/** How many nodes each pool has; those of none count as `otherwise`. */
export function countByPool(nodes: readonly KubeObject[], otherwise: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { metadata } of nodes) {
    const pool = metadata.labels?.[POOL_LABEL] ?? otherwise;
    counts[pool] = (counts[pool] ?? 0) + 1;
  }
  return counts;
}
