/**
 * The constant-rate timeline. Every due time is computed from the start, none from the one before it, so that rounding
 * never adds up.
 */

/** When arrival `arrival` (from 0) falls due, in milliseconds after the timeline's start. */
export function dueOffsetMs(arrival: number, qps: number): number {
  return (arrival * 1000) / qps;
}

/** How many of `arrivals` fall due before `elapsedMs`: the number of the first one that does not. */
export function dueBefore(elapsedMs: number, qps: number, arrivals: number): number {
  if (elapsedMs <= 0) return 0;
  let first = Math.min(arrivals, Math.ceil((elapsedMs * qps) / 1000));
  // The estimate can be off by one where a division was rounded.
  while (first > 0 && dueOffsetMs(first - 1, qps) >= elapsedMs) first -= 1;
  while (first < arrivals && dueOffsetMs(first, qps) < elapsedMs) first += 1;
  return first;
}
