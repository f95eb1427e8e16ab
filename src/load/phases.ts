import { durationMs } from '../domain/durations.ts';
import type { OpenArrivals } from '../spec/arrivals-schema.ts';
import type { LoadSpec } from '../spec/schema.ts';

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

/** The phases of a load; one where the spec names none. */
export function phasesOf(load: LoadSpec): LoadPhase[] {
  return [
    {
      name: 'load',
      arrivals: { shape: 'constant' },
      qps: load.qps,
      lengthMs: durationMs(load.duration),
      total: load.total,
      pauseAfterMs: 0,
    },
  ];
}
