import { UnworkableError } from '../../domain/errors.ts';
import type { KubeClient, KubeObject } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';

/** Nodes that are ready and take new pods. */
export async function usableNodes(kube: KubeClient, signal: AbortSignal): Promise<KubeObject[]> {
  return (await kube.list(RESOURCES.Node, { signal })).items.filter(isUsable);
}

/** Throws `UnworkableError` where no sandbox could ever be scheduled: better now than after the pool's time-out. */
export function refuseNoNodes(
  nodes: readonly KubeObject[],
  selector: Readonly<Record<string, string>>,
  context: string,
): void {
  if (nodes.some(({ metadata }) => fits(metadata.labels ?? {}, selector))) return;
  const wanted = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  throw new UnworkableError({
    object: `context ${context}`,
    what:
      nodes.length === 0
        ? 'it has no node that is ready and takes pods; nothing was created'
        : `none of its nodes that take pods (${nodes.length}) has the labels ${wanted.join(', ')}; nothing was created`,
    next:
      nodes.length === 0
        ? 'add nodes to the cluster'
        : 'label nodes so, or give the labels of those that are meant in agentSandbox.template.nodeSelector',
  });
}

function isUsable(node: KubeObject): boolean {
  const { unschedulable } = (node['spec'] ?? {}) as { unschedulable?: boolean };
  const { conditions = [] } = (node['status'] ?? {}) as { conditions?: { type: string; status: string }[] };
  return (
    unschedulable !== true && conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}

/** Whether a node with these labels is one that the selector chooses. */
export function fits(labels: Record<string, string>, selector: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
