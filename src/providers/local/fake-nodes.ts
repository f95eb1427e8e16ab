import { AlreadyExistsError } from '../../kubernetes/api-errors.ts';
import type { Work } from '../../domain/work.ts';
import type { KubeClient, KubeObject } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import { observeUntil } from '../../kubernetes/observe.ts';
import { TimedOutError } from '../../domain/errors.ts';
import type { LocalProviderSpec } from '../../spec/schema.ts';
import { countByPool, POOL_LABEL } from '../node-pools.ts';

const READY_TIMEOUT_MS = 60_000;

type Pools = LocalProviderSpec['pools'];

/** Makes the nodes of both pools that are missing and waits until every one takes pods. */
export async function ensureNodes(
  kube: KubeClient,
  pools: Pools,
  labels: Record<string, string>,
  work: Work,
): Promise<void> {
  const { signal } = work;
  const wanted = fakeNodes(pools, labels);
  const there = await kube.list(RESOURCES.Node, { signal });
  const known = new Set(there.items.map(({ metadata }) => metadata.name));
  const missing = wanted.filter(({ metadata }) => !known.has(metadata.name));
  if (missing.length > 0) work.progress(`adding ${missing.length} nodes`);
  // The client lets no more than a few calls out at once.
  await Promise.all(
    missing.map((node) =>
      kube.create(RESOURCES.Node, node, { signal }).catch((error: unknown) => {
        if (!(error instanceof AlreadyExistsError)) throw error;
      }),
    ),
  );
  const { result, last } = await observeUntil(
    kube,
    RESOURCES.Node,
    { timeoutMs: READY_TIMEOUT_MS, signal },
    (nodes) => (nodes.filter(takesPods).length >= wanted.length ? true : null),
  );
  if (result !== null) return;
  throw new TimedOutError({
    object: 'fake nodes',
    what: `${last.filter(takesPods).length} of ${wanted.length} took pods after ${READY_TIMEOUT_MS / 1000} s`,
    next: 'trying again may help',
  });
}

/** How many nodes each pool has. */
export async function countNodes(kube: KubeClient, signal: AbortSignal): Promise<Record<string, number>> {
  return countByPool((await kube.list(RESOURCES.Node, { signal })).items, 'other');
}

/** Node objects of both pools; kwok keeps them alive. */
export function fakeNodes(pools: Pools, labels: Record<string, string>): KubeObject[] {
  const general = Array.from({ length: pools.general.nodes }, (_, index) =>
    fakeNode('general', index, index, pools.general, labels),
  );
  const sandbox = Array.from({ length: pools.sandbox.nodes }, (_, index) =>
    fakeNode('sandbox', index, pools.general.nodes + index, pools.sandbox, labels),
  );
  return [...general, ...sandbox];
}

function fakeNode(
  pool: keyof Pools,
  index: number,
  place: number,
  { maxPods, machineType, labels: ofPool, taints }: Pools[keyof Pools],
  labels: Record<string, string>,
): KubeObject {
  const name = `${pool}-${index}`;
  // The number of pods is what bounds a node; CPU and memory are there for two of each a pod at the most that fit.
  const room = { cpu: '512', memory: '4Ti', 'ephemeral-storage': '4Ti', pods: String(maxPods) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        ...ofPool,
        ...(machineType === null ? {} : { 'node.kubernetes.io/instance-type': machineType }),
        ...labels,
        [POOL_LABEL]: pool,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
      },
    },
    spec: {
      podCIDR: podRange(place),
      ...(taints.length === 0 ? {} : { taints }),
    },
    status: { capacity: room, allocatable: room },
  };
}

/** 1022 addresses of 10.0.0.0/8 for each node: as many as it may have pods, and no two pods with the same one. */
function podRange(place: number): string {
  return `10.${place >> 6}.${(place & 63) << 2}.0/22`;
}

function takesPods(node: KubeObject): boolean {
  const { conditions = [] } = (node['status'] ?? {}) as { conditions?: { type: string; status: string }[] };
  const { taints = [] } = (node['spec'] ?? {}) as { taints?: { key: string }[] };
  return (
    conditions.some(({ type, status }) => type === 'Ready' && status === 'True') &&
    !taints.some(({ key }) => key.startsWith('node.kubernetes.io/'))
  );
}
