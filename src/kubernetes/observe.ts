import { UnavailableError } from '../domain/errors.ts';
import { startDeadline } from './deadline.ts';
import type { KubeClient, KubeObject, KubeResource, WatchEvent, WatchOptions } from './kube-client.ts';

/** Which objects are looked at, and for how long. */
export interface Selection {
  namespace?: string;
  name?: string;
  labelSelector?: string;
  metadataOnly?: boolean;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** `result` is null where the time was over first; `last` is what was there then. */
export interface Observed<T extends KubeObject, R> {
  result: R | null;
  last: T[];
}

/**
 * Keeps the selected objects as a watch tells them and asks `judge` after each change, first after the list, until it
 * gives something other than null or the time is over. Throws the caller's abort reason, or what the watch could
 * not get over, or what `judge` throws.
 */
export async function observeUntil<T extends KubeObject, R>(
  kube: KubeClient,
  resource: KubeResource,
  selection: Selection,
  judge: (objects: T[]) => R | null,
): Promise<Observed<T, R>> {
  const { name, timeoutMs, signal, ...rest } = selection;
  const deadline = startDeadline(timeoutMs, signal);
  const options: WatchOptions = {
    ...rest,
    ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
    signal: deadline.signal,
  };
  const objects = new Map<string, T>();
  let found: { result: R } | null = null;

  const watch = kube.watch<T>(resource, options, (event) => {
    applyEvent(objects, event);
    const result = judge([...objects.values()]);
    if (result === null) return;
    found = { result };
    watch.stop();
  });
  try {
    await watch.finished;
  } catch (error) {
    signal?.throwIfAborted();
    if (!deadline.expired()) throw error;
  } finally {
    deadline.release();
  }
  return resultOf(found, deadline.expired(), [...objects.values()]);
}

function resultOf<T extends KubeObject, R>(
  found: { result: R } | null,
  expired: boolean,
  last: T[],
): Observed<T, R> {
  if (found !== null) return { result: found.result, last };
  if (expired) return { result: null, last };
  throw new UnavailableError({
    object: 'watch',
    what: 'it ended before anything was decided: the client was closed',
    next: 'connect again',
  });
}

function applyEvent<T extends KubeObject>(objects: Map<string, T>, event: WatchEvent<T>): void {
  switch (event.type) {
    case 'RELISTED':
      objects.clear();
      for (const object of event.items) objects.set(keyOf(object), object);
      break;
    case 'DELETED':
      objects.delete(keyOf(event.object));
      break;
    case 'ADDED':
    case 'MODIFIED':
      objects.set(keyOf(event.object), event.object);
      break;
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
