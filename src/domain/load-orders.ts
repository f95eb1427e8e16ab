import type { LoadChange } from './load-change.ts';

/**
 * What the run tells the driver of a window while it sends: the driver asks for it again and again. JSON-safe. Times are
 * counted from `startedAtMs` (epoch milliseconds), which is the start of the load's timeline, or 0 where a single window
 * sets its own start.
 */
export interface LoadOrders {
  startedAtMs: number;
  changes: readonly LoadChange[];
  /** Where the window ends; null for the end of the load. */
  untilMs: number | null;
}

/** The changes as they count from another start. */
export function changesFrom(startedAtMs: number, { startedAtMs: known, changes }: LoadOrders): LoadChange[] {
  return changes.map((change) => ({ ...change, atOffsetMs: known + change.atOffsetMs - startedAtMs }));
}
