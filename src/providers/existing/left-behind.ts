import { PermissionDeniedError } from '../../domain/errors.ts';
import type { Owner } from '../../domain/names.ts';
import { LABELS } from '../../domain/names.ts';
import type { Leftover } from '../../domain/plan.ts';
import { NotFoundError } from '../../kubernetes/api-errors.ts';
import type { KubeClient, KubeObject, KubeResource } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';

/**
 * Kinds of which a run makes objects: those that stand in no namespace, and of the others those that a namespace waits
 * for. All else that it makes stands in namespaces that it makes.
 */
const KINDS: readonly KubeResource[] = [
  RESOURCES.SandboxClaim,
  RESOURCES.SandboxWarmPool,
  RESOURCES.SandboxTemplate,
  RESOURCES.Pod,
  RESOURCES.Deployment,
  RESOURCES.ClusterRoleBinding,
  RESOURCES.ClusterRole,
  RESOURCES.CustomResourceDefinition,
  RESOURCES.RuntimeClass,
  RESOURCES.Namespace,
];

/** So many of each kind are named; of a run that left thousands of claims nobody reads all. */
const MOST_OF_A_KIND = 20;

/** Everything in the cluster that carries the owner's label, but for the Lease by which it is held. */
export async function leftBehind(
  kube: KubeClient,
  owner: Owner,
  context: string,
  signal: AbortSignal,
): Promise<(Leftover & { uid: string })[]> {
  const found = await Promise.all(KINDS.map((resource) => labelled(kube, resource, owner, signal)));
  return found.flat().map(({ kind, metadata: { name, namespace, uid = '' } }) => ({
    kind,
    name: namespace === undefined ? name : `${namespace}/${name}`,
    detail: `in the cluster of context ${context}`,
    uid,
  }));
}

async function labelled(
  kube: KubeClient,
  resource: KubeResource,
  owner: Owner,
  signal: AbortSignal,
): Promise<KubeObject[]> {
  const selection = { labelSelector: `${LABELS.owner}=${owner}`, limit: MOST_OF_A_KIND, signal };
  try {
    return (await kube.list(resource, selection)).items;
  } catch (error) {
    // The kind's CRD is not there; or it is one that this user may not even read: then the create of the run, which
    // asks for every right before it begins, was refused or had no need of the kind.
    if (error instanceof NotFoundError || error instanceof PermissionDeniedError) return [];
    throw error;
  }
}
