import { UnworkableError } from '../domain/errors.ts';
import type { KubeResource } from './kube-client.ts';

/** How messages name an object or a collection: `Pod team-a/web-1`, `Node n1`, `all Pods in team-a`. */
export function describeObject(resource: KubeResource, name: string | null, namespace?: string): string {
  if (name === null) {
    const place = resource.namespaced ? (namespace ?? 'any namespace') : 'the cluster';
    return `${resource.plural} in ${place}`;
  }
  return resource.namespaced ? `${resource.kind} ${namespace ?? '?'}/${name}` : `${resource.kind} ${name}`;
}

/**
 * Path of a collection. A namespaced kind without a namespace means all namespaces, which only reading allows:
 * see `objectPath` and `collectionToWrite` for the others.
 */
export function collectionPath(resource: KubeResource, namespace?: string): string {
  const root = resource.apiVersion.includes('/')
    ? `/apis/${resource.apiVersion}`
    : `/api/${resource.apiVersion}`;
  if (!resource.namespaced || namespace === undefined) return `${root}/${resource.plural}`;
  return `${root}/namespaces/${segment(namespace)}/${resource.plural}`;
}

/** Like `collectionPath`, but refuses a namespaced kind without a namespace. */
export function collectionToWrite(resource: KubeResource, namespace?: string): string {
  if (resource.namespaced && namespace === undefined) {
    throw new UnworkableError({
      object: describeObject(resource, null),
      what: 'no namespace was given for a namespaced kind',
      next: 'name the namespace',
    });
  }
  return collectionPath(resource, namespace);
}

/** Path of one object. Throws `UnworkableError` for names that would point somewhere else. */
export function objectPath(resource: KubeResource, name: string, namespace?: string): string {
  return `${collectionToWrite(resource, namespace)}/${segment(name)}`;
}

/** Query string of the parameters that are set, with its question mark; empty where none is. */
export function query(parameters: Record<string, string | number | boolean | undefined>): string {
  const set = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) if (value !== undefined) set.set(key, String(value));
  return set.size === 0 ? '' : `?${set.toString()}`;
}

/** Kubernetes itself forbids these in names; a path is where they would do harm. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/%]/.test(name)) {
    throw new UnworkableError({
      object: `name ${JSON.stringify(name)}`,
      what: 'cannot be part of a path of the Kubernetes API',
      next: 'use a valid Kubernetes name',
    });
  }
  return encodeURIComponent(name);
}
