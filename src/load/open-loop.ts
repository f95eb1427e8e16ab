import type { Bell } from './bell.ts';
import { epochMs } from './epoch-clock.ts';

/** Which arrivals, when they fall due, and what happens then. Nothing here waits for what `arrive` starts. */
export interface OpenLoop {
  first: number;
  /** One past the last, as the load stands now. */
  end(): number;
  /** Epoch milliseconds, as the load stands now; must not fall from one index to the next. */
  dueMs(index: number): number;
  arrive(index: number, dueMs: number): void;
  /** Called instead of `arrive` for what fell due more than `stallMs` ago: the process itself stood still. */
  missed(index: number, dueMs: number): void;
  stallMs: number;
  /** Rung when the load is changed, so that what is due next is looked up anew. */
  bell: Bell;
  signal: AbortSignal;
}

/**
 * Lets every arrival happen at its due time, on one absolute timeline. A late wake-up lets all that is due happen at
 * once, each as late as it is; only a standstill is not made up for, because that burst would be a load nobody asked for.
 * Resolves after the last arrival with the number after its own; throws the signal's reason when aborted.
 */
export async function runOpenLoop(loop: OpenLoop): Promise<number> {
  const { bell, signal, stallMs } = loop;
  const ring = (): void => bell.ring();
  signal.addEventListener('abort', ring, { once: true });
  try {
    let index = loop.first;
    while (index < loop.end()) {
      signal.throwIfAborted();
      const dueMs = loop.dueMs(index);
      const lateMs = epochMs() - dueMs;
      if (lateMs < 0) await bell.wait(-lateMs);
      else {
        if (lateMs > stallMs) loop.missed(index, dueMs);
        else loop.arrive(index, dueMs);
        index += 1;
      }
    }
    signal.throwIfAborted();
    return index;
  } finally {
    signal.removeEventListener('abort', ring);
  }
}
