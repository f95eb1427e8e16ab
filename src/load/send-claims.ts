import { durationMs } from '../domain/durations.ts';
import type { Bell } from './bell.ts';
import type { ClaimDriver } from './claim-driver.ts';
import type { Resting } from './closed-loop.ts';
import { runClosedLoop } from './closed-loop.ts';
import type { LiveLimit } from './live-limit.ts';
import { runOpenLoop } from './open-loop.ts';
import type { WindowRequest } from './window.ts';
import type { WindowSlice } from './window-slice.ts';

/** What decides which claims a window still has to send, and when. */
export interface Sending {
  request: WindowRequest;
  slice: WindowSlice;
  driver: ClaimDriver;
  limit: LiveLimit;
  rest: Resting;
  bell: Bell;
  /** When the load's timeline began. */
  startedAtMs: number;
  /** The first that is left. */
  first: () => number;
  stallMs: number;
  /** Told of each claim that a closed loop sends. */
  sent(index: number): void;
  signal: AbortSignal;
}

/** Sends the window's claims as its load says. Resolves after the last one, with the number after its own. */
export function sendClaims(sending: Sending): Promise<number> {
  const { request, slice, driver, limit, rest, bell, startedAtMs, first, stallMs, signal } = sending;
  const { arrivals, duration, total } = request.load;
  if (arrivals.shape === 'closedLoop') {
    return runClosedLoop({
      first: first(),
      end: request.firstIndex + (request.arrivals ?? total),
      fromMs: startedAtMs + (request.stretch?.fromMs ?? 0),
      untilMs: () => startedAtMs + Math.min(durationMs(duration), slice.lastsUntilMs || Infinity),
      keep: arrivals.live,
      live: () => limit.live,
      send: (index) => {
        driver.send(index, null);
        sending.sent(index);
      },
      rest,
      bell,
      signal,
    });
  }
  return runOpenLoop({
    first,
    end: () => slice.end,
    dueMs: (index) => startedAtMs + slice.dueOffsetMs(index),
    lastsUntilMs: () => startedAtMs + slice.lastsUntilMs,
    arrive: (index, dueMs) => driver.send(index, dueMs),
    missed: (index, dueMs) => driver.missed(index, dueMs),
    stallMs,
    bell,
    signal,
  });
}
