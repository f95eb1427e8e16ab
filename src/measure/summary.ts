import type { DriftStats } from './drift.ts';
import type { ApiHealth } from './generator-health.ts';
import type { Series, Split } from './histograms.ts';
import type { ClaimCounts } from './window-result.ts';

/** Milliseconds. */
export interface LatencyStats {
  count: number;
  meanMs: number;
  p50Ms: number;
  p90Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** The claims of one phase of the load. */
export interface PhaseSummary {
  name: string;
  claims: ClaimCounts;
  latency: RunSummary['latency'];
  rates: RunSummary['rates'];
}

/** All windows of a run together: plain numbers, JSON-safe. */
export interface RunSummary {
  claims: ClaimCounts;
  /** By series, then split; a split without a sample is left out. */
  latency: Partial<Record<Series, Partial<Record<Split, LatencyStats>>>>;
  rates: {
    /** Null for a closed loop, which asks for none, for bursts, which ask for many at once, and where the load was changed. */
    targetQps: number | null;
    /** (sent - 1) / (last sent - first sent). Null under two sends. */
    submitQps: number | null;
    /** ready / (last ready - first sent). */
    completionQps: number | null;
    /**
     * The rate that was sent as a part of the one that was asked: (last due - first due) / (last sent - first sent), of
     * the claims that were sent. 1 where each was sent when it was due; null under two sends.
     */
    keptFraction: number | null;
  };
  /** How latencies grew over the load, by split; empty where it has too few windows to tell. */
  drift: Partial<Record<Split, DriftStats>>;
  /** In the order of the load's phases; left out where it has none. */
  phases?: PhaseSummary[];
  /** When claims that started cold were due, from the first due of all; null where none did. */
  coldSpan: { firstSeconds: number; lastSeconds: number } | null;
  errors: Record<string, number>;
  generator: {
    attempts: number;
    peakConcurrent: number;
    delayedByMaxConcurrent: number;
    longestDelayMs: number;
    eventLoopDelayP99Ms: number;
    cpuSeconds: number;
    watchResumed: number;
    watchRelisted: number;
    connectionsOpened: number;
    /** Of one core, in the busiest window. */
    cpuFraction: number;
    /** Null where nobody counted them. */
    api: ApiHealth | null;
  };
}
