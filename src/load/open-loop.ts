import { setTimeout as sleep } from 'node:timers/promises';
import { epochMs } from './epoch-clock.ts';

/** Which arrivals, when they fall due, and what happens then. Nothing here waits for what `arrive` starts. */
export interface OpenLoop {
  first: number;
  /** One past the last. */
  end: number;
  /** Epoch milliseconds; must not fall from one index to the next. */
  dueMs(index: number): number;
  arrive(index: number, dueMs: number): void;
  /** Called instead of `arrive` for what fell due more than `stallMs` ago: the process itself stood still. */
  missed(index: number, dueMs: number): void;
  stallMs: number;
  signal: AbortSignal;
}

/** Longest single sleep: setTimeout takes no more than 24 days, and a stepped clock is noticed in time. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Lets every arrival happen at its due time, on one absolute timeline. A late wake-up lets all that is due happen at
 * once, each as late as it is; only a standstill is not made up for, because that burst would be a load nobody asked for.
 * Resolves after the last arrival; throws the signal's reason when aborted.
 */
export async function runOpenLoop(loop: OpenLoop): Promise<void> {
  for (let index = loop.first; index < loop.end; index += 1) {
    const dueMs = loop.dueMs(index);
    await until(dueMs, loop.signal);
    if (epochMs() - dueMs > loop.stallMs) loop.missed(index, dueMs);
    else loop.arrive(index, dueMs);
  }
}

async function until(dueMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  for (let wait = dueMs - epochMs(); wait > 0; wait = dueMs - epochMs()) {
    try {
      await sleep(Math.min(LONGEST_SLEEP_MS, Math.ceil(wait)), undefined, { signal });
    } catch {
      throw signal.reason;
    }
  }
}
