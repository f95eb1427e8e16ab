import { ConflictError, UnavailableError } from '../domain/errors.ts';
import { LABELS } from '../domain/names.ts';
import { AlreadyExistsError } from './api-errors.ts';
import type { KubeClient, KubeObject, KubeResource } from './kube-client.ts';
import { describeObject } from './object-path.ts';

/** Whose the object shall be and where it stands. */
export interface EnsureOptions {
  /** `ownerLabels()` of the run; put on the object, and what an object already there is compared with. */
  labels: Record<string, string>;
  namespace?: string;
  signal?: AbortSignal;
  /** Bring an object that is already ours up to date by server-side apply. */
  update?: boolean;
}

/** The object as it stands now, and whether this call made it. */
export interface Ensured<T extends KubeObject> {
  object: T;
  created: boolean;
}

/**
 * Look; if absent, create; what is there already is adopted if it carries our owner label and refused with
 * `ConflictError` otherwise. Done twice, or repeated after a lost answer, it finds its own object.
 */
export async function ensureOwned<T extends KubeObject>(
  kube: KubeClient,
  resource: KubeResource,
  object: KubeObject,
  options: EnsureOptions,
): Promise<Ensured<T>> {
  const { labels, signal } = options;
  const namespace = options.namespace ?? object.metadata.namespace;
  const where = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(signal === undefined ? {} : { signal }),
  };
  const { name } = object.metadata;
  const ours: KubeObject = {
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
  };
  const there = await kube.get<T>(resource, name, where);
  if (there !== null) return adopt(there);
  try {
    return { object: await kube.create<T>(resource, ours, where), created: true };
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
    const winner = await kube.get<T>(resource, name, where);
    if (winner !== null) return adopt(winner);
    throw new UnavailableError({
      object: describeObject(resource, name, namespace),
      what: 'it was there when it was to be created and gone when it was read',
      next: 'try again: somebody else is removing it',
    });
  }

  async function adopt(found: T): Promise<Ensured<T>> {
    refuseStranger(resource, found, labels[LABELS.owner] ?? '');
    const { uid } = found.metadata;
    if (options.update !== true || uid === undefined) return { object: found, created: false };
    const meant = { ...ours, metadata: { ...ours.metadata, uid } };
    return { object: await kube.applyOwned<T>(resource, meant, where), created: false };
  }
}

/** Throws `ConflictError` unless the object carries the owner's label and is there to stay. */
function refuseStranger(resource: KubeResource, found: KubeObject, owner: string): void {
  const { name, namespace, labels, deletionTimestamp } = found.metadata;
  const object = describeObject(resource, name, namespace);
  const theirs = labels?.[LABELS.owner];
  if (owner === '' || theirs !== owner) {
    throw new ConflictError({
      object,
      what: `it exists and is not ours (${LABELS.owner} is ${theirs ?? 'not set'}, ours is ${owner}); it was left as it is`,
      next: 'use another name, or remove it if nobody needs it',
    });
  }
  if (deletionTimestamp !== undefined) {
    throw new UnavailableError({
      object,
      what: `it is ours but being deleted (since ${deletionTimestamp})`,
      next: 'try again when it is gone',
    });
  }
}
