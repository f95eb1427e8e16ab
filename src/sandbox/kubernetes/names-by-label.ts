import type { Owner } from '../../domain/names.ts';
import { LABELS } from '../../domain/names.ts';
import type { SandboxNames } from '../../domain/plan.ts';
import type { KubeClient, KubeResource } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import { listOrNone } from './list-or-none.ts';

/**
 * A run's names, read from the cluster: what the owner does not give is the workload namespace, which the spec may
 * name, and which carries the owner's label. Where it is gone, nothing in it is left to be named.
 */
export async function namesByLabel(
  kube: KubeClient,
  derived: Omit<SandboxNames, 'workloadNamespace' | 'install'>,
  owner: Owner,
  signal: AbortSignal,
): Promise<SandboxNames> {
  const labelled = (resource: KubeResource) =>
    listOrNone(kube, resource, null, signal, `${LABELS.owner}=${owner}`);
  const namespaces = await labelled(RESOURCES.Namespace);
  const workload = namespaces.find(({ metadata }) => metadata.name !== derived.systemNamespace);
  const ofInstallation = [
    ...namespaces.filter(({ metadata }) => metadata.name === derived.systemNamespace),
    ...(await labelled(RESOURCES.CustomResourceDefinition)),
  ];
  return {
    ...derived,
    // Of an installation that the run made, the namespace is the first thing that comes and the last that goes.
    install: ofInstallation.length > 0 ? 'own' : 'useExisting',
    workloadNamespace: workload?.metadata.name ?? derived.template,
  };
}
