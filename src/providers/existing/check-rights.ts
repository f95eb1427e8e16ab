import { PermissionDeniedError } from '../../domain/errors.ts';
import type { KubeClient, KubeObject, KubeResource } from '../../kubernetes/kube-client.ts';
import type { Right } from './rights.ts';
import { rightText } from './rights.ts';

/** A question, no object: it can only be created, and so is none of the kinds that are listed or removed. */
const REVIEW: KubeResource = {
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
};

/** Throws `PermissionDeniedError` with every right that is missing. */
export async function checkRights(
  kube: KubeClient,
  rights: readonly Right[],
  subject: { context: string; role: string },
  signal: AbortSignal,
): Promise<void> {
  const missing = (await missingRights(kube, rights, signal)).map(rightText);
  if (missing.length === 0) return;
  throw new PermissionDeniedError({
    object: `context ${subject.context}`,
    what: `its user lacks ${missing.length} of ${rights.length} rights: ${missing.join(', ')}; nothing was created`,
    next: `bind the role of ${subject.role} to that user`,
  });
}

/** Asks the API server about each right, for it alone knows all that decides (roles, webhooks, a cloud's own). */
export async function missingRights(
  kube: KubeClient,
  rights: readonly Right[],
  signal: AbortSignal,
): Promise<Right[]> {
  // The client itself lets only so many calls go at a time.
  const allowed = await Promise.all(rights.map((right) => isAllowed(kube, right, signal)));
  return rights.filter((_, index) => allowed[index] === false);
}

async function isAllowed(kube: KubeClient, right: Right, signal: AbortSignal): Promise<boolean> {
  const { verb, group, namespace, name } = right;
  const [resource = '', subresource] = right.resource.split('/');
  const { apiVersion, kind } = REVIEW;
  const resourceAttributes = {
    ...{ verb, group, resource },
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  const review: KubeObject = {
    apiVersion,
    kind,
    // The server keeps it nowhere, and wants no name.
    metadata: { name: '' },
    spec: { resourceAttributes },
  };
  const answer = await kube.create(REVIEW, review, { signal });
  return (answer['status'] as { allowed?: boolean } | undefined)?.allowed === true;
}
