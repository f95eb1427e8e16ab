import { UnavailableError, UnworkableError } from '../domain/errors.ts';
import type { Asked } from './api-errors.ts';
import type { CallOptions, DeleteOptions, KubeObject, KubeResource, ListOptions } from './kube-client.ts';
import { collectionToWrite, describeObject, objectPath, query } from './object-path.ts';
import type { Call } from './transport.ts';

const FIELD_MANAGER = 'sandtide';
const AS_MANAGER = query({ fieldManager: FIELD_MANAGER });

/** Media type for `metadata` alone of one object or of a watch's objects. */
export const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** GET of one object. */
export function readCall(resource: KubeResource, name: string, options: CallOptions, accept?: string): Call {
  return {
    verb: 'get',
    object: describeObject(resource, name, options.namespace),
    method: 'GET',
    path: objectPath(resource, name, options.namespace),
    repeatable: true,
    ...(accept === undefined ? {} : { accept }),
  };
}

/** POST. Repeatable although it is no idempotent verb: the name is fixed, so a second one meets AlreadyExists. */
export function createCall(resource: KubeResource, object: KubeObject, options: CallOptions): Call {
  const namespace = options.namespace ?? object.metadata.namespace;
  return {
    verb: 'create',
    object: describeObject(resource, object.metadata.name, namespace),
    method: 'POST',
    path: collectionToWrite(resource, namespace) + AS_MANAGER,
    body: { type: 'application/json', text: JSON.stringify(object) },
    repeatable: true,
  };
}

/** JSON merge patch. */
export function mergePatchCall(
  resource: KubeResource,
  name: string,
  patch: Record<string, unknown>,
  options: CallOptions,
): Call {
  const metadata = patch['metadata'] as { resourceVersion?: string } | undefined;
  return {
    verb: 'patch',
    object: describeObject(resource, name, options.namespace),
    method: 'PATCH',
    path: objectPath(resource, name, options.namespace) + AS_MANAGER,
    body: { type: 'application/merge-patch+json', text: JSON.stringify(patch) },
    // Bound to a version, a repeat would meet the version that its own first try made.
    repeatable: metadata?.resourceVersion === undefined,
  };
}

/**
 * Server-side apply. Forced, because the object is ours and was made by POST: its fields belong to the POST's
 * entry among the managers, and without force an apply that changes one of them would conflict with ourselves.
 */
export function applyCall(resource: KubeResource, object: KubeObject, options: CallOptions): Call {
  const namespace = options.namespace ?? object.metadata.namespace;
  const { name } = object.metadata;
  return {
    verb: 'apply',
    object: describeObject(resource, name, namespace),
    method: 'PATCH',
    path: objectPath(resource, name, namespace) + query({ fieldManager: FIELD_MANAGER, force: true }),
    body: { type: 'application/apply-patch+yaml', text: JSON.stringify(object) },
    repeatable: true,
  };
}

/** DELETE of one object, of the one with the uid where one is given. */
export function deleteCall(resource: KubeResource, name: string, options: DeleteOptions): Call {
  return {
    verb: 'delete',
    object: describeObject(resource, name, options.namespace),
    method: 'DELETE',
    path: objectPath(resource, name, options.namespace),
    body: deleteBody(options.propagation, options),
    repeatable: true,
  };
}

/** DELETE of all that a selector chooses; one without a selector is refused with `UnworkableError`. */
export function deleteCollectionCall(
  resource: KubeResource,
  options: ListOptions & { propagation?: DeleteOptions['propagation'] },
): Call {
  const { labelSelector, fieldSelector, namespace } = options;
  const object = describeObject(resource, null, namespace);
  if (!labelSelector && !fieldSelector) {
    throw new UnworkableError({
      object,
      what: 'a delete of every one of them was refused',
      next: 'select what is ours by label',
    });
  }
  return {
    verb: 'delete',
    object,
    method: 'DELETE',
    path: collectionToWrite(resource, namespace) + query({ labelSelector, fieldSelector }),
    body: deleteBody(options.propagation),
    repeatable: true,
  };
}

/** The JSON of a successful answer. The text is not quoted in the error: it may hold a Secret. */
export function parseAnswer(asked: Asked, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnavailableError({
      object: asked.object,
      what: `${asked.verb} was answered with what is no JSON`,
      next: 'check that the address in the kubeconfig is an API server, then try again',
    });
  }
}

function deleteBody(
  propagation: DeleteOptions['propagation'],
  { uid, resourceVersion }: Pick<DeleteOptions, 'uid' | 'resourceVersion'> = {},
): { type: string; text: string } {
  return {
    type: 'application/json',
    text: JSON.stringify({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: propagation ?? 'Background',
      // What is undefined is left out of JSON.
      ...(uid === undefined ? {} : { preconditions: { uid, resourceVersion } }),
    }),
  };
}
