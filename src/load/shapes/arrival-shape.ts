/**
 * How the arrivals of one stretch of load are spread over it. Pure: asked for the same arrival in any order and any
 * number of times, it says the same.
 */
export interface ArrivalShape {
  readonly arrivals: number;
  /** From the start of the stretch to its end, milliseconds. */
  readonly lengthMs: number;
  /** When arrival `at` (from 0) falls due, in milliseconds after the start; never falls, and stays below the length. */
  readonly dueMs: (at: number) => number;
}

/** How many of a shape's arrivals fall due before `elapsedMs`: the number of the first one that does not. */
export function arrivalsBefore(shape: ArrivalShape, elapsedMs: number): number {
  if (elapsedMs <= 0) return 0;
  let first = 0;
  let end = shape.arrivals;
  while (first < end) {
    const middle = Math.floor((first + end) / 2);
    if (shape.dueMs(middle) < elapsedMs) first = middle + 1;
    else end = middle;
  }
  return first;
}

/** `qps` for `lengthMs`, to the nearest whole claim. */
export function arrivalsOf(qps: number, lengthMs: number): number {
  return Math.round((qps * lengthMs) / 1000);
}
