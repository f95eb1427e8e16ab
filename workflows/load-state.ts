import type { LoadChange } from '../src/domain/load-change.ts';
import type { LoadNote, LoadNotes } from '../src/domain/load-notes.ts';
import { NO_NOTES, noted } from '../src/domain/load-notes.ts';
import type { LoadOrders } from '../src/domain/load-orders.ts';
import type { LoadWindow, WindowedLoad } from '../src/domain/load-windows.ts';
import { windowOf } from '../src/domain/load-windows.ts';
import type { SeriesDigest } from '../src/measure/series.ts';
import type { WindowResult } from '../src/measure/window-result.ts';
import type { RunLimits } from './limits.ts';

/** A load under way, in one window or in many. JSON-safe and bounded: it is carried when the run continues as new. */
export interface LoadState {
  /** All of it is one window, which sets its own start: offsets are epoch milliseconds then. */
  readonly single: boolean;
  /** The start of the timeline, epoch milliseconds; it moves on by whatever the load stood still for. */
  startedAtMs: number;
  /** The cluster it was begun in: in another one it begins anew. */
  readonly clusterUid: string | null;
  /** The first window that is not over. */
  next: number;
  /** When the last window that is over had nothing more to send; epoch milliseconds. */
  sentUntilMs: number | null;
  changes: readonly LoadChange[];
  /** Where the windows start that were begun, by index, from the one before `next` on. */
  starts: Record<number, number>;
  /** Where it ends early; null where it does not. */
  stopAtMs: number | null;
  /** Claims are being sent, or are about to. */
  open: boolean;
  /** Why it ended early, as sentences. */
  aborted: string[];
  notes: LoadNotes;
  /** What the windows so far have come to; of many, merged ones of equal length. */
  blocks: WindowResult[];
  /** Windows in the last block, and in each other one. */
  inLastBlock: number;
  perBlock: number;
  series: SeriesDigest | null;
  /** How many windows in a row have broken each rule of what is watched. */
  streaks: Record<string, number>;
  /** What was dropped of claims' timelines, for want of disk. */
  dropped: { windows: number; claims: number };
}

export function newLoad(single: boolean, clusterUid: string | null): LoadState {
  return {
    single,
    startedAtMs: 0,
    clusterUid,
    next: 0,
    sentUntilMs: null,
    changes: [],
    starts: {},
    stopAtMs: null,
    open: false,
    aborted: [],
    notes: NO_NOTES,
    blocks: [],
    inLastBlock: 0,
    perBlock: 1,
    series: null,
    streaks: {},
    dropped: { windows: 0, claims: 0 },
  };
}

/** Whether a load with these limits is one window. */
export function isSingle(limits: RunLimits): boolean {
  return windowOf(0, windowed(limits, { changes: [], stopAtMs: null })).last;
}

export function windowed(
  { arrivalsMs = 0, windowMs = 600_000 }: RunLimits,
  { changes, stopAtMs, starts = {} }: Pick<LoadState, 'changes' | 'stopAtMs'> & Partial<LoadState>,
): WindowedLoad {
  return { plannedMs: arrivalsMs, windowMs, changes, stopAtMs, starts };
}

/** The window of that index, as the load stands. */
export function windowIn(limits: RunLimits, load: LoadState, index: number): LoadWindow {
  return windowOf(index, windowed(limits, load));
}

/** From now on that window starts there, whatever the load is changed to. Those long over are of no account any more. */
export function startWindow(load: LoadState, index: number, fromMs: number): void {
  const kept = Object.entries(load.starts).filter(([at]) => Number(at) >= load.next - 1);
  load.starts = { ...Object.fromEntries(kept), [index]: fromMs };
}

/** Between two windows nothing is sent: what was changed meanwhile counts from the start of the next one. */
export function changeFrom(load: LoadState, fromMs: number): void {
  load.changes = load.changes.map((change) => ({
    ...change,
    atOffsetMs: Math.min(change.atOffsetMs, fromMs),
  }));
}

/** What its driver is told. */
export function ordersFor(limits: RunLimits, load: LoadState, index: number): LoadOrders {
  const { single, startedAtMs, changes, stopAtMs } = load;
  return { startedAtMs, changes, untilMs: single ? stopAtMs : windowIn(limits, load, index).untilMs };
}

export function note(load: LoadState, about: Omit<LoadNote, 'atMs' | 'who'> & { who?: string | null }): void {
  load.notes = noted(load.notes, { who: null, ...about, atMs: Date.now() });
}

/** Ends it early; what was sent is followed to its end. */
export function stopLoad(load: LoadState, atOffsetMs: number, text: string): void {
  load.aborted.push(text);
  load.stopAtMs ??= atOffsetMs;
  note(load, { window: load.next, kind: 'stopped', text: `the load was ended early: ${text}` });
}
