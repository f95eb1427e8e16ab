import type { LoadChange } from '../domain/load-change.ts';
import type { LoadPhase } from './phases.ts';
import type { ArrivalShape } from './shapes/arrival-shape.ts';
import { arrivalsBefore } from './shapes/arrival-shape.ts';
import { shapeAtRate, shapeOf } from './shapes/shape-of.ts';

/** A stretch of the timeline in one shape, or the part of a shape that a change has left. */
export interface Segment {
  readonly phase: number;
  readonly firstIndex: number;
  readonly arrivals: number;
  readonly startMs: number;
  readonly lengthMs: number;
  readonly shape: ArrivalShape;
  /** What of the shape came before this segment: arrivals, and time. */
  readonly skipped: number;
  readonly skippedMs: number;
  /** What a change makes the phase go on in; its rate is the one that the phase ends with. */
  readonly origin: LoadPhase;
}

/** The load as the spec asks for it. */
export function programOf(phases: readonly LoadPhase[]): Segment[] {
  let startMs = 0;
  const segments = phases.map((origin, phase): Segment => {
    const segment = whole({ ...origin, qps: lastRate(origin) }, phase, startMs, shapeOf(origin));
    startMs += origin.lengthMs + origin.pauseAfterMs;
    return segment;
  });
  return numbered(segments);
}

/** How many arrivals fall due before `elapsedMs`. */
export function dueBeforeIn(segments: readonly Segment[], elapsedMs: number): number {
  const current = segments.findLast(({ startMs }) => startMs < elapsedMs);
  return current === undefined ? 0 : current.firstIndex + dueIn(current, elapsedMs);
}

/**
 * The program after all changes. Each one cuts it in two: what was due before stays as it is, the rest is made anew. What
 * comes after an open pause starts at Infinity.
 */
export function changedProgram(program: Segment[], changes: readonly LoadChange[]): Segment[] {
  let past: Segment[] = [];
  let future = program;
  let pausedMs: number | null = null;
  let atMs = 0;
  changes.forEach((change, number) => {
    atMs = Math.max(atMs, change.atOffsetMs);
    // While paused the program stands still: the rest begins where the pause did.
    const restMs: number = pausedMs ?? atMs;
    const parted = partedAt(future, restMs);
    past = [...past, ...parted.past];
    future = parted.future;
    switch (change.kind) {
      case 'pause':
        pausedMs = restMs;
        break;
      case 'resume': {
        const heldMs = pausedMs === null ? 0 : atMs - pausedMs;
        future = future.map((segment) => ({ ...segment, startMs: segment.startMs + heldMs }));
        pausedMs = null;
        break;
      }
      case 'rate':
        future = atRate(future, change.qps, number);
        break;
      case 'extend':
        future = [...future, extension(past, future, Math.max(0, change.byMs), restMs, number)];
        break;
    }
  });
  const rest = pausedMs === null ? future : future.map((segment) => ({ ...segment, startMs: Infinity }));
  return numbered([...past, ...rest]);
}

/** Cuts at `atMs`; arrivals that fall due before it are past. */
function partedAt(segments: readonly Segment[], atMs: number): { past: Segment[]; future: Segment[] } {
  const past: Segment[] = [];
  const future: Segment[] = [];
  for (const segment of segments) {
    const { startMs, lengthMs, arrivals } = segment;
    if (startMs >= atMs) future.push(segment);
    else if (startMs + lengthMs <= atMs) past.push(segment);
    else {
      const before = dueIn(segment, atMs);
      past.push({ ...segment, arrivals: before, lengthMs: atMs - startMs });
      future.push({
        ...segment,
        arrivals: arrivals - before,
        startMs: atMs,
        lengthMs: startMs + lengthMs - atMs,
        skipped: segment.skipped + before,
        skippedMs: segment.skippedMs + atMs - startMs,
      });
    }
  }
  return { past, future };
}

/** The rest of the first phase that is still to come, at another rate and as long as it would have been. */
function atRate(future: readonly Segment[], qps: number, change: number): Segment[] {
  const [first] = future;
  if (first === undefined) return [];
  const same = future.filter(({ phase }) => phase === first.phase);
  const lengthMs = same.reduce((sum, segment) => sum + segment.lengthMs, 0);
  const origin = { ...first.origin, qps };
  const fresh = whole(origin, first.phase, first.startMs, shapeAtRate(origin, lengthMs, change));
  return [fresh, ...future.slice(same.length)];
}

/** More of the last phase, from its end on, or from now where that is past. */
function extension(
  past: readonly Segment[],
  future: readonly Segment[],
  byMs: number,
  nowMs: number,
  change: number,
): Segment {
  const last = future.at(-1) ?? past.at(-1);
  if (last === undefined) throw new RangeError('a load without a phase has nothing to go on with');
  const startMs = Math.max(nowMs, last.startMs + last.lengthMs);
  return whole(last.origin, last.phase, startMs, shapeAtRate(last.origin, byMs, change));
}

function lastRate({ arrivals, qps }: LoadPhase): number {
  return arrivals.shape === 'ramp' || arrivals.shape === 'steps' ? arrivals.to : qps;
}

function whole(origin: LoadPhase, phase: number, startMs: number, shape: ArrivalShape): Segment {
  const { arrivals, lengthMs } = shape;
  return { phase, firstIndex: 0, arrivals, startMs, lengthMs, shape, skipped: 0, skippedMs: 0, origin };
}

/** When a segment's arrival `at` (from 0) falls due on the timeline. */
export function dueOf({ startMs, shape, skipped, skippedMs }: Segment, at: number): number {
  // Rounding must not carry an arrival over the change that cut it off.
  return Math.max(startMs, startMs + (shape.dueMs(skipped + at) - skippedMs));
}

function dueIn(segment: Segment, elapsedMs: number): number {
  const { arrivals, lengthMs } = segment;
  return arrivalsBefore({ arrivals, lengthMs, dueMs: (at) => dueOf(segment, at) }, elapsedMs);
}

function numbered(segments: readonly Segment[]): Segment[] {
  let firstIndex = 0;
  return segments.map((segment) => {
    const here = { ...segment, firstIndex };
    firstIndex += segment.arrivals;
    return here;
  });
}
