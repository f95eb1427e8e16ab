/** Why a call is not waited for any longer: its time is over, or its caller's signal was aborted. */
export type LimitReached = 'deadline' | 'caller';

/**
 * Calls `end` once when the time is over or the caller aborts, whichever is first; at once where it has aborted already.
 * Returns what must be called when the call is over. Lighter than an AbortController for each call, and listens to a
 * caller's signal once however many of its calls are under way: each further listener would walk past all the others.
 */
export function limitCall(
  timeoutMs: number,
  caller: AbortSignal | undefined,
  end: (why: LimitReached) => void,
): () => void {
  if (caller?.aborted === true) {
    end('caller');
    return () => {};
  }
  const timer = setTimeout(() => end('deadline'), timeoutMs);
  const onAbort = (): void => {
    clearTimeout(timer);
    end('caller');
  };
  const others = caller === undefined ? null : underWay(caller);
  others?.add(onAbort);
  return () => {
    clearTimeout(timer);
    others?.delete(onAbort);
  };
}

const CALLS = new WeakMap<AbortSignal, Set<() => void>>();

/** The ends of all calls of one caller. The set dies with its signal, so the one listener is never taken off. */
function underWay(caller: AbortSignal): Set<() => void> {
  const known = CALLS.get(caller);
  if (known !== undefined) return known;
  const fresh = new Set<() => void>();
  CALLS.set(caller, fresh);
  caller.addEventListener('abort', () => fresh.forEach((end) => end()), { once: true });
  return fresh;
}
