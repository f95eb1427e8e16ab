import type { ArrivalShape } from './arrival-shape.ts';

/** `size` arrivals at once, the first ones at the start, and as many again every `everyMs`. */
export function burstShape(size: number, everyMs: number, lengthMs: number, arrivals: number): ArrivalShape {
  return { arrivals, lengthMs, dueMs: (at) => Math.floor(at / size) * everyMs };
}
