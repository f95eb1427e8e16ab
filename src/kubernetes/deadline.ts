import { setTimeout as sleep } from 'node:timers/promises';

/** A time limit joined with the caller's own signal. `release()` when the work is over, whatever came of it. */
export interface Deadline {
  /** Aborted by the time limit or by the caller. */
  readonly signal: AbortSignal;
  /** True when the time limit, not the caller, ended it. */
  expired(): boolean;
  release(): void;
}

/**
 * Not `AbortSignal.timeout`: that one can't be cleared, so that thousands of quick calls would each leave a timer
 * and a listener on the caller's long-lived signal for the whole time limit.
 */
export function startDeadline(timeoutMs: number, caller?: AbortSignal): Deadline {
  const limit = new AbortController();
  let expired = false;
  const onCallerAbort = (): void => limit.abort(caller?.reason);
  const timer = setTimeout(() => {
    expired = true;
    limit.abort(new DOMException('the deadline is over', 'TimeoutError'));
  }, timeoutMs);
  if (caller?.aborted === true) onCallerAbort();
  caller?.addEventListener('abort', onCallerAbort, { once: true });
  return {
    signal: limit.signal,
    expired: () => expired && caller?.aborted !== true,
    release() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onCallerAbort);
    },
  };
}

/** Waits; an abort ends the wait at once and throws the signal's reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** The promise's result, or the signal's reason as soon as it is aborted; the promise itself runs on unobserved. */
export async function abandonOnAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
