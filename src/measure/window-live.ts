import type { Split } from './histograms.ts';

/** Milliseconds from the moment when a claim was due until it was ready, over all ended claims so far. */
export interface LiveLatency {
  p50Ms: number;
  p99Ms: number;
}

/** How a window stands, for whoever watches the run. JSON-safe: it crosses in heartbeats. */
export interface WindowLive {
  /** Arrivals of the whole window, those still to come too. */
  due: number;
  /** Of them, how many have fallen due by now: ahead of `sent` where claims are held back or were missed. */
  dueByNow: number;
  /** Claims whose create was sent. */
  sent: number;
  /** Claims that were sent and are over. */
  ended: number;
  /** Claims that take room under maxConcurrent: those under way, and ended ones until their delete is answered. */
  live: number;
  ready: number;
  /** Failed and timed out. */
  failed: number;
  /** A split without a sample is left out. */
  dueToReady: Partial<Record<Split, LiveLatency>>;
}
