import type { ArrivalShape } from './arrival-shape.ts';

/**
 * A rate that goes evenly from `from` to `to` claims a second. Arrival `at` falls due where the area under the rate has
 * grown to `at`: the root of a quadratic, in the form that stays exact where the rate hardly changes.
 */
export function rampShape(from: number, to: number, lengthMs: number, arrivals: number): ArrivalShape {
  const steepness = (to - from) / (lengthMs / 1000);
  const dueMs = (at: number): number => {
    if (at === 0) return 0;
    const root = Math.sqrt(Math.max(0, from * from + 2 * steepness * at));
    return Math.min(lengthMs, (2000 * at) / (from + root));
  };
  return { arrivals, lengthMs, dueMs };
}
