import type { LoadChange } from './load-change.ts';

/** A slice of the load's timeline: what falls due from `fromMs` on and before `untilMs`, both counted from its start. */
export interface LoadWindow {
  index: number;
  fromMs: number;
  untilMs: number;
  /** None comes after it. */
  last: boolean;
}

/** A load of `plannedMs` in windows of `windowMs`, with what an operator has changed of it. */
export interface WindowedLoad {
  plannedMs: number;
  windowMs: number;
  changes: readonly LoadChange[];
  /** Where it was told to end early, counted as due times are; null where it was not. */
  stopAtMs: number | null;
}

/** A remainder shorter than this part of a window is no window of its own: its figures would say little. */
const LEAST_PART = 0.5;

/** How long the load lasts: what was planned, what it was extended by, and the pauses. Infinite while it is paused. */
export function loadLengthMs({ plannedMs, changes, stopAtMs }: WindowedLoad): number {
  let lengthMs = plannedMs;
  let pausedAtMs: number | null = null;
  for (const change of changes) {
    if (change.kind === 'extend') lengthMs += change.byMs;
    else if (change.kind === 'pause') pausedAtMs ??= change.atOffsetMs;
    else if (change.kind === 'resume' && pausedAtMs !== null) {
      lengthMs += change.atOffsetMs - pausedAtMs;
      pausedAtMs = null;
    }
  }
  const wholeMs = pausedAtMs === null ? lengthMs : Number.POSITIVE_INFINITY;
  return Math.min(wholeMs, stopAtMs ?? Number.POSITIVE_INFINITY);
}

/** The window of that index. One that begins after the load's end is empty. */
export function windowOf(index: number, load: WindowedLoad): LoadWindow {
  const lengthMs = loadLengthMs(load);
  const fromMs = Math.min(index * load.windowMs, lengthMs);
  const wholeMs = (index + 1) * load.windowMs;
  const last = lengthMs - wholeMs < load.windowMs * LEAST_PART;
  return { index, fromMs, untilMs: last ? Math.max(fromMs, lengthMs) : wholeMs, last };
}

/** Whether the load is paused at that moment, or will be: no resume follows the last pause. */
export function isPaused(changes: readonly LoadChange[]): boolean {
  return changes.findLast(({ kind }) => kind === 'pause' || kind === 'resume')?.kind === 'pause';
}
