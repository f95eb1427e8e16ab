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

/** All windows of a run together: plain numbers, JSON-safe. */
export interface RunSummary {
  claims: ClaimCounts;
  /** By series, then split; a split without a sample is left out. */
  latency: Partial<Record<Series, Partial<Record<Split, LatencyStats>>>>;
  rates: {
    targetQps: number;
    /** (sent - 1) / (last sent - first sent). Null under two sends. */
    submitQps: number | null;
    /** ready / (last ready - first sent). */
    completionQps: number | null;
  };
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
  };
}
