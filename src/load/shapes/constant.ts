import type { ArrivalShape } from './arrival-shape.ts';

/**
 * One arrival every 1/qps seconds, the first at once. Every due time is computed from the start, none from the one
 * before it, so that rounding never adds up.
 */
export function constantShape(qps: number, lengthMs: number, arrivals: number): ArrivalShape {
  return { arrivals, lengthMs, dueMs: (at) => (at * 1000) / qps };
}
