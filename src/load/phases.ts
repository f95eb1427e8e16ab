import { durationMs } from '../domain/durations.ts';
import type { OpenArrivals } from '../spec/arrivals-schema.ts';
import type { LoadSpec } from '../spec/load-schema.ts';

/** A stretch of load with one shape. */
export interface LoadPhase {
  name: string;
  arrivals: OpenArrivals;
  /** The rate; of a shape whose rate changes, the mean. */
  qps: number;
  lengthMs: number;
  total: number;
  /** From its end to the start of the next one. */
  pauseAfterMs: number;
}

/** What the one phase of a load without phases is called. */
const WHOLE = 'load';

/** The phases of a load; one where the spec names none. A closed loop has none: nothing in it falls due. */
export function phasesOf(load: LoadSpec): LoadPhase[] {
  const { arrivals, qps, duration, total, phases, pauseBetween } = load;
  if (phases === undefined) {
    if (arrivals.shape === 'closedLoop' || qps === undefined) return [];
    return [{ name: WHOLE, arrivals, qps, lengthMs: durationMs(duration), total, pauseAfterMs: 0 }];
  }
  return phases.map((phase, at) => ({
    name: phase.name,
    arrivals: phase.arrivals,
    qps: phase.qps,
    lengthMs: durationMs(phase.duration),
    total: phase.total,
    pauseAfterMs: at === phases.length - 1 ? 0 : durationMs(pauseBetween),
  }));
}
