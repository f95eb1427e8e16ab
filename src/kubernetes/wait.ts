import { TimedOutError } from '../domain/errors.ts';
import { formatDuration } from '../domain/durations.ts';
import type { KubeClient, KubeObject, KubeResource } from './kube-client.ts';
import { describeObject } from './object-path.ts';
import { observeUntil } from './observe.ts';

/** One object by name, or those that a selector chooses. */
export interface WaitTarget {
  namespace?: string;
  name?: string;
  labelSelector?: string;
}

export interface WaitOptions<T extends KubeObject> {
  timeoutMs: number;
  signal?: AbortSignal;
  /** The state of the objects in a few words, for the error: `1 of 2 replicas ready`. */
  describe?: (objects: T[]) => string;
}

/**
 * Waits by list and watch until the predicate holds for the objects there are (an empty list where there are none),
 * and returns them. What the predicate throws ends the wait. Throws `TimedOutError` with the last state seen.
 */
export async function waitFor<T extends KubeObject>(
  kube: KubeClient,
  resource: KubeResource,
  target: WaitTarget,
  predicate: (objects: T[]) => boolean,
  options: WaitOptions<T>,
): Promise<T[]> {
  const { timeoutMs, signal, describe = describeStates } = options;
  const selection = { ...target, timeoutMs, ...(signal === undefined ? {} : { signal }) };
  const outcome = await observeUntil<T, T[]>(kube, resource, selection, (objects) =>
    predicate(objects) ? objects : null,
  );
  if (outcome.result !== null) return outcome.result;
  throw new TimedOutError({
    object: describeObject(resource, target.name ?? null, target.namespace),
    what: `not as expected after ${formatDuration(timeoutMs)}; last seen: ${describe(outcome.last)}`,
    next: 'look at its events and at the controller in charge of it',
  });
}

const MOST_DESCRIBED = 3;

/** Conditions say most about most kinds. */
function describeStates(objects: KubeObject[]): string {
  if (objects.length === 0) return 'nothing there';
  const shown = objects.slice(0, MOST_DESCRIBED).map((object) => {
    const status = object['status'] as { phase?: string; conditions?: Condition[] } | undefined;
    const conditions = (status?.conditions ?? []).map(
      ({ type, status, reason }) => `${type}=${status}${reason === undefined ? '' : ` (${reason})`}`,
    );
    const words = [...(status?.phase === undefined ? [] : [status.phase]), ...conditions];
    return `${object.metadata.name}: ${words.length === 0 ? 'no status yet' : words.join(', ')}`;
  });
  const more = objects.length - shown.length;
  return shown.join('; ') + (more > 0 ? ` and ${more} more` : '');
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
}
