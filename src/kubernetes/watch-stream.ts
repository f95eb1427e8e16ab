import { TimedOutError, UnavailableError } from '../domain/errors.ts';
import { formatDuration } from '../domain/durations.ts';
import { apiError, readFailure } from './api-errors.ts';
import type { Asked } from './api-errors.ts';
import { createLineCutter } from './json-lines.ts';
import type { KubeObject } from './kube-client.ts';
import type { StreamListener } from './stream-exchange.ts';

/** One line of a watch: an event, a bookmark (of which only the version counts), or the server's own error. */
interface WatchLine {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject & { code?: number };
}

/** An object as it came, with the moment at which its bytes were there (epoch milliseconds). */
export interface Arrival {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: KubeObject;
  receivedAtMs: number;
}

/** What one stream needs to know. */
export interface WatchStream {
  asked: Asked;
  follow(listener: StreamListener, signal: AbortSignal): Promise<void>;
  /** So long without a byte, its answer's head included, and it is given up. */
  idleTimeoutMs: number;
  signal: AbortSignal;
  onOpen(): void;
  onArrival(arrival: Arrival): void;
}

/**
 * Follows one stream to its end. Returns when the server ends it; throws `ExpiredError` where only a new list helps,
 * `UnavailableError` or `TimedOutError` for a broken or silent stream, and whatever `onArrival` throws.
 */
export async function followStream(stream: WatchStream): Promise<void> {
  const silence = new AbortController();
  const watchdog = setTimeout(() => silence.abort(), stream.idleTimeoutMs);
  const cut = createLineCutter();
  const listener: StreamListener = {
    onOpen: () => stream.onOpen(),
    onChunk(chunk) {
      const receivedAtMs = performance.timeOrigin + performance.now();
      watchdog.refresh();
      for (const text of cut(chunk)) {
        const { type, object } = readLine(stream.asked, text);
        stream.onArrival({ type, object, receivedAtMs });
      }
    },
  };
  try {
    await stream.follow(listener, AbortSignal.any([stream.signal, silence.signal]));
  } catch (error) {
    if (!silence.signal.aborted || stream.signal.aborted) throw error;
    throw new TimedOutError({
      object: stream.asked.object,
      what: `watch heard nothing for ${formatDuration(stream.idleTimeoutMs)}`,
      next: 'begin it again',
    });
  } finally {
    clearTimeout(watchdog);
  }
}

/** What a line says, as long as it is no error. */
function readLine(asked: Asked, text: string): Omit<Arrival, 'receivedAtMs'> {
  let line: WatchLine;
  try {
    line = JSON.parse(text) as WatchLine;
  } catch {
    throw unreadable(asked);
  }
  if (line.type !== 'ERROR') {
    if (typeof line.object?.metadata?.resourceVersion !== 'string') throw unreadable(asked);
    return { type: line.type, object: line.object };
  }
  const failure = readFailure(line.object.code ?? 500, JSON.stringify(line.object));
  throw apiError(asked, failure, { attempts: 1, retryAfterMs: 1_000 });
}

/** The line itself is not quoted: it may hold a Secret. */
function unreadable(asked: Asked): UnavailableError {
  return new UnavailableError({
    object: asked.object,
    what: 'watch was sent a line that is no watch event',
    next: 'begin it again',
  });
}
