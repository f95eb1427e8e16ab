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
  /** Where windows that were begun start, by index: a load that is changed later cuts them no other way. */
  starts?: Readonly<Record<number, number>>;
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
  const fromMs = Math.min(startOf(index, load), lengthMs);
  const nextMs = load.starts?.[index + 1];
  if (nextMs !== undefined) return { index, fromMs, untilMs: Math.min(nextMs, lengthMs), last: false };
  const wholeMs = wholeUntilMs(index, load);
  const last = lengthMs - wholeMs < load.windowMs * LEAST_PART;
  return { index, fromMs, untilMs: last ? Math.max(fromMs, lengthMs) : wholeMs, last };
}

function startOf(index: number, load: WindowedLoad): number {
  const { starts = {}, windowMs } = load;
  const own = starts[index];
  if (own !== undefined) return own;
  const known = Math.max(
    -1,
    ...Object.keys(starts)
      .map(Number)
      .filter((begun) => begun < index),
  );
  return known < 0 ? index * windowMs : wholeUntilMs(known, load) + (index - known - 1) * windowMs;
}

/**
 * Where a window ends that is not the last one. A last one may have been longer: what makes the load longer then must
 * not end it before what it has sent, for the next one would send that again.
 */
function wholeUntilMs(index: number, load: WindowedLoad): number {
  const { starts = {}, windowMs, changes } = load;
  const fromMs = starts[index] ?? index * windowMs;
  if (starts[index] === undefined || starts[index + 1] !== undefined) return fromMs + windowMs;
  const longer = changes.filter(({ kind }) => kind === 'extend' || kind === 'pause');
  const sentMs = Math.max(fromMs, ...longer.map(({ atOffsetMs }) => atOffsetMs));
  return fromMs + windowMs * (Math.floor((sentMs - fromMs) / windowMs) + 1);
}

/** Whether the load is paused at that moment, or will be: no resume follows the last pause. */
export function isPaused(changes: readonly LoadChange[]): boolean {
  return changes.findLast(({ kind }) => kind === 'pause' || kind === 'resume')?.kind === 'pause';
}
