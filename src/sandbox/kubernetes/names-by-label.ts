import type { Owner } from '../../domain/names.ts';
import { LABELS } from '../../domain/names.ts';
import type { SandboxNames } from '../../domain/plan.ts';
import type { KubeClient } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';

/**
 * A run's names, read from the cluster: what the owner does not give is the workload namespace, which the spec may
 * name, and which carries the owner's label. Where it is gone, nothing in it is left to be named.
 */
export async function namesByLabel(
  kube: KubeClient,
  derived: Omit<SandboxNames, 'workloadNamespace'>,
  owner: Owner,
  signal: AbortSignal,
): Promise<SandboxNames> {
  const { items } = await kube.list(RESOURCES.Namespace, {
    labelSelector: `${LABELS.owner}=${owner}`,
    signal,
  });
  const workload = items.find(({ metadata }) => metadata.name !== derived.systemNamespace);
  return { ...derived, workloadNamespace: workload?.metadata.name ?? derived.template };
}
