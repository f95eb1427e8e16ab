import {
  PermissionDeniedError,
  ThrottledError,
  UnavailableError,
  UnworkableError,
} from '../domain/errors.ts';
import { ExpiredError } from './api-errors.ts';
import { waitAfterFailure } from './backoff.ts';
import type { Patience } from './backoff.ts';
import { pause } from './deadline.ts';
import type { KubeObject, WatchEvent, WatchHandle, WatchOptions } from './kube-client.ts';
import type { WatchSource } from './listing.ts';
import { followStream } from './watch-stream.ts';
import type { Arrival } from './watch-stream.ts';

const IDLE_MS = 90_000;
/** A restarted API server refuses (403) or does not know (404) for some seconds what it served before. */
const REFUSALS_BORNE = 8;
/** A version that can't be watched from for so many tries may be one that the server has never heard of. */
const FAILURES_BEFORE_RELIST = 5;
/** A stream that ends sooner is not resumed at once, or a server that ends all of them would be hammered. */
const SHORT_LIFE_MS = 1_000;

/**
 * Runs a watch until it is stopped (see `WatchHandle`). Until it stands a refusal is final at once and other
 * failures after as many tries as a call has; later all are got over, but for refusals that last. An aborted signal ends it with the signal's reason, and what `onEvent` throws
 * ends it too; the client's close ends it like `stop()`.
 */
export function startWatch<T extends KubeObject>(
  source: WatchSource<T>,
  options: Pick<WatchOptions, 'signal' | 'idleTimeoutMs'>,
  onEvent: (event: WatchEvent<T>) => void,
  patience: Patience,
): WatchHandle {
  const stats = { resumed: 0, relisted: 0 };
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const started = Promise.withResolvers<void>();
  let standing = false;
  let observerFailure: { error: unknown } | null = null;
  let version: string | null = null;
  let failures = 0;

  function deliver(event: WatchEvent<T>): void {
    if (ending.signal.aborted) return;
    try {
      onEvent(event);
    } catch (error) {
      observerFailure = { error };
      throw error;
    }
  }

  async function list(): Promise<void> {
    const now = await source.list(ending.signal);
    deliver({ type: 'RELISTED', items: now.items, receivedAtMs: performance.timeOrigin + performance.now() });
    version = now.resourceVersion;
    if (standing) stats.relisted++;
  }

  function arrived(arrival: Arrival): void {
    failures = 0;
    const { type, object, receivedAtMs } = arrival;
    // Delivered before the version moves on: an event is never skipped, whatever breaks in between.
    if (type !== 'BOOKMARK') deliver({ type, object: { ...object, ...source.kind } as T, receivedAtMs });
    version = object.metadata.resourceVersion ?? version;
  }

  async function stream(from: string, resumes: boolean): Promise<void> {
    await followStream({
      asked: source.asked,
      follow: async (listener, signal) => source.follow(from, listener, signal),
      idleTimeoutMs: options.idleTimeoutMs ?? IDLE_MS,
      signal: ending.signal,
      onOpen() {
        if (resumes && standing) stats.resumed++;
        standing = true;
        started.resolve();
      },
      onArrival: arrived,
    });
  }

  /** Decides whether a failure ends the watch; one that does not is counted. */
  function weigh(error: unknown): void {
    if (observerFailure !== null) throw observerFailure.error;
    failures++;
    const expired = error instanceof ExpiredError;
    const refused = error instanceof PermissionDeniedError || error instanceof UnworkableError;
    const borne = standing ? (refused ? REFUSALS_BORNE : Infinity) : refused ? 1 : patience.attempts;
    // A list has had its own tries already.
    const nothingBegun = !standing && version === null;
    if (!expired && (nothingBegun || failures >= borne)) throw error;
    if (expired || (!refused && failures % FAILURES_BEFORE_RELIST === 0)) version = null;
  }

  async function follow(): Promise<void> {
    while (!ending.signal.aborted) {
      let askedMs: number | null = null;
      const beganAtMs = performance.now();
      try {
        const resumes = version !== null;
        if (!resumes) await list();
        await stream(version ?? '', resumes);
        if (performance.now() - beganAtMs > SHORT_LIFE_MS) continue;
        failures++;
      } catch (error) {
        if (ending.signal.aborted) return;
        weigh(error);
        if (error instanceof ThrottledError) askedMs = error.retryAfterMs;
        // Only the first of several lists in a row is free of waiting.
        if (version === null && failures === 1) continue;
      }
      await pause(waitAfterFailure(failures, askedMs, Math.random(), patience), ending.signal);
    }
  }

  async function run(): Promise<void> {
    options.signal?.addEventListener('abort', end, { once: true });
    source.closed.addEventListener('abort', end, { once: true });
    if (options.signal?.aborted === true || source.closed.aborted) end();
    try {
      await follow();
    } catch (error) {
      if (!ending.signal.aborted || observerFailure !== null) throw error;
    } finally {
      options.signal?.removeEventListener('abort', end);
      source.closed.removeEventListener('abort', end);
    }
    options.signal?.throwIfAborted();
  }

  const finished = run();
  finished.then(
    () => started.reject(stoppedTooSoon(source.asked.object)),
    (error: unknown) => started.reject(error),
  );
  // Whoever waits for one of the two promises need not look at the other.
  started.promise.catch(() => {});
  return { started: started.promise, stats, finished, stop: end };
}

/** Only seen where a watch is stopped before it stands: later the promise has long resolved. */
function stoppedTooSoon(object: string): UnavailableError {
  return new UnavailableError({ object, what: 'watch was stopped before it stood', next: 'begin it again' });
}
