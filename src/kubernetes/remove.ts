import { TimedOutError } from '../domain/errors.ts';
import { formatDuration } from '../domain/durations.ts';
import { LABELS } from '../domain/names.ts';
import type { Owner } from '../domain/names.ts';
import { NotFoundError } from './api-errors.ts';
import type { KubeClient, KubeObject, KubeResource } from './kube-client.ts';
import { describeObject } from './object-path.ts';
import { observeUntil } from './observe.ts';

/** What became of an object that was to be removed. `removed`: its deletion is accepted, it may still be there. */
export type Removal = 'absent' | 'removed' | 'not-ours';

/** Whose object is meant and where it stands. */
export interface RemoveOptions {
  owner: Owner;
  namespace?: string;
  signal?: AbortSignal;
  propagation?: 'Background' | 'Foreground';
}

/** Deletes an object if it is there and carries the owner's label, by the uid that was looked at. Leaves a stranger's alone. */
export async function removeOwned(
  kube: KubeClient,
  resource: KubeResource,
  name: string,
  options: RemoveOptions,
): Promise<Removal> {
  const { owner, ...where } = options;
  const found = await kube.getMetadata(resource, name, where);
  if (found === null) return 'absent';
  const { uid, labels } = found.metadata;
  if (uid === undefined || owner === '' || labels?.[LABELS.owner] !== owner) return 'not-ours';
  await kube.delete(resource, name, { ...where, uid });
  return 'removed';
}

/** One object or a selection, and how long to wait. */
export interface GoneOptions {
  namespace?: string;
  /** One of the two. */
  name?: string;
  labelSelector?: string;
  /** Only this object counts: another one of the same name that came since is not waited for. */
  uid?: string;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** Waits by watch until nothing of it is there. Throws `TimedOutError` naming what is still there and its finalizers. */
export async function waitUntilGone(
  kube: KubeClient,
  resource: KubeResource,
  options: GoneOptions,
): Promise<void> {
  const { timeoutMs, uid, ...selection } = options;
  const meant = (objects: KubeObject[]): KubeObject[] =>
    objects.filter((object) => uid === undefined || object.metadata.uid === uid);
  const watched = { ...selection, timeoutMs, metadataOnly: true };
  const outcome = await observeUntil(kube, resource, watched, (objects) =>
    meant(objects).length === 0 ? true : null,
  ).catch((error: unknown) => {
    // With its kind (a custom resource's definition) the last object is gone too.
    if (error instanceof NotFoundError) return { result: true, last: [] };
    throw error;
  });
  if (outcome.result !== null) return;
  const left = meant(outcome.last);
  throw new TimedOutError({
    object: describeObject(resource, options.name ?? null, options.namespace),
    what: `not gone after ${formatDuration(timeoutMs)}: ${listed(left)}`,
    next: 'see why whoever set the finalizers does not finish; none was stripped',
  });
}

const MOST_NAMED = 5;

function listed(left: KubeObject[]): string {
  const named = left.slice(0, MOST_NAMED).map(({ metadata }) => {
    const finalizers = metadata.finalizers ?? [];
    const state = metadata.deletionTimestamp === undefined ? 'not being deleted' : 'being deleted';
    return `${metadata.name} (${state}, ${finalizers.length === 0 ? 'no finalizers' : `finalizers ${finalizers.join(', ')}`})`;
  });
  const more = left.length - named.length;
  return named.join('; ') + (more > 0 ? ` and ${more} more` : '');
}
