import type { LoadChange } from '../domain/load-change.ts';
import type { LoadSpec } from '../spec/schema.ts';
import { phasesOf } from './phases.ts';
import type { Segment } from './segments.ts';
import { changedProgram, dueBeforeIn, dueOf, programOf } from './segments.ts';

/**
 * When every arrival of a load falls due, in milliseconds after the start of its timeline. One timeline stands for the
 * whole load; a window is a slice of its indexes. Made anew for each change: indexes that fall due before a change keep
 * their due times, whatever is changed after them.
 */
export interface ArrivalTimeline {
  /** Arrivals in all, those behind an open pause too. */
  readonly total: number;
  /** Names of the phases, in order; one alone where the load has none. */
  readonly phases: readonly string[];
  /** When the last phase is over; Infinity while the load is paused. */
  readonly endOffsetMs: number;
  /** When arrival `index` falls due; Infinity where that is after an open pause. Throws RangeError past the last one. */
  dueOffsetMs(index: number): number;
  /** How many arrivals fall due before `elapsedMs`: the index of the first one that does not. */
  dueBefore(elapsedMs: number): number;
  /** Which of `phases` arrival `index` belongs to. */
  phaseOf(index: number): number;
}

/** The timeline of a load with all changes so far, in the order in which they were made. */
export function arrivalTimeline(load: LoadSpec, changes: readonly LoadChange[] = []): ArrivalTimeline {
  const phases = phasesOf(load);
  const segments = changedProgram(programOf(phases), changes);
  const last = segments.at(-1);
  const total = last === undefined ? 0 : last.firstIndex + last.arrivals;
  let latest = 0;

  const segmentOf = (index: number): Segment => {
    if (!(index >= 0 && index < total)) throw new RangeError(`arrival ${index} of ${total}`);
    // Indexes are mostly asked for in order.
    while (index < (segments[latest]?.firstIndex ?? 0)) latest -= 1;
    for (;;) {
      const segment = segments[latest];
      if (segment === undefined) throw new RangeError(`arrival ${index} of ${total}`);
      if (index < segment.firstIndex + segment.arrivals) return segment;
      latest += 1;
    }
  };

  return {
    total,
    phases: phases.map(({ name }) => name),
    endOffsetMs: last === undefined ? 0 : last.startMs + last.lengthMs,
    dueOffsetMs: (index) => {
      const segment = segmentOf(index);
      return dueOf(segment, index - segment.firstIndex);
    },
    dueBefore: (elapsedMs) => dueBeforeIn(segments, elapsedMs),
    phaseOf: (index) => segmentOf(index).phase,
  };
}
