import type { Bell } from './bell.ts';
import { epochMs } from './epoch-clock.ts';

/** Which arrivals, when they fall due, and what happens then. Nothing here waits for what `arrive` starts. */
export interface OpenLoop {
  /** Where it begins, as the load stands now; asked until the first arrival has happened. */
  first(): number;
  /** One past the last, as the load stands now. */
  end(): number;
  /** Epoch milliseconds, as the load stands now; must not fall from one index to the next. */
  dueMs(index: number): number;
  /** There may be more until then, epoch milliseconds; left out, the last arrival ends it. */
  lastsUntilMs?(): number;
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
    let next: number | null = null;
    for (;;) {
      signal.throwIfAborted();
      const index: number = next ?? loop.first();
      const more = index < loop.end();
      const dueMs = more ? loop.dueMs(index) : (loop.lastsUntilMs?.() ?? 0);
      const lateMs = epochMs() - dueMs;
      if (lateMs < 0) await bell.wait(-lateMs);
      else if (!more) return index;
      else {
        if (lateMs > stallMs) loop.missed(index, dueMs);
        else loop.arrive(index, dueMs);
        next = index + 1;
      }
    }
  } finally {
    signal.removeEventListener('abort', ring);
  }
}
