import type { ApiHealth } from './generator-health.ts';
import type { EncodedHistograms } from './histograms.ts';

export type Launch = 'warm' | 'cold' | 'unknown';

/** The reason of a claim whose workload failed, or what that reason begins with. */
export const EXEC_FAILED = 'ExecFailed';

/** How a claim can end. */
export type ClaimEnd = 'ready' | 'timed-out' | 'failed' | 'not-submitted' | 'unknown';

/** One claim's life; times in epoch milliseconds with fractions; null for what never happened or was not seen. */
export interface ClaimTimeline {
  index: number;
  name: string;
  /** Of the load; left out where it has none. */
  phase?: string | undefined;
  end: ClaimEnd;
  /** The reason where it did not become ready, or its exec failed: a condition reason or an error's kind. */
  reason: string | null;
  launch: Launch;
  sandbox: string | null;
  dueMs: number;
  sentMs: number | null;
  acknowledgedMs: number | null;
  boundMs: number | null;
  readyMs: number | null;
  execStartedMs: number | null;
  execEndedMs: number | null;
  /** What the workload ended with; left out where none was run to its end. */
  execExitCode?: number | undefined;
  releasedMs: number | null;
  /** By the controller's clock, from its annotations on the claim; missing where none was seen. */
  observedMs?: number;
  stampedMs?: number;
}

export interface ClaimCounts {
  /** Arrivals of the window. */
  due: number;
  /** Creates that were sent. */
  submitted: number;
  ready: number;
  failed: number;
  timedOut: number;
  /** Fell due while no driver lived; never fired in a burst. */
  notSubmitted: number;
  /** Sent, but their end was lost with a worker. */
  unknown: number;
  /** Of the ready ones. */
  warm: number;
  cold: number;
  launchUnknown: number;
}

/** No claim at all. */
export const NO_CLAIMS: Readonly<ClaimCounts> = {
  due: 0,
  submitted: 0,
  ready: 0,
  failed: 0,
  timedOut: 0,
  notSubmitted: 0,
  unknown: 0,
  warm: 0,
  cold: 0,
  launchUnknown: 0,
};

/** What came of the claims of one phase in one window: the figures of the window itself, and fewer series. */
export interface PhaseResult extends Pick<
  WindowResult,
  'firstDueMs' | 'lastDueMs' | 'firstSentMs' | 'lastSentMs' | 'lastReadyMs' | 'counts' | 'histograms'
> {
  phase: string;
}

/** What one window's load activity returns: bounded, mergeable, JSON-safe. Raw timelines stay in the journal file. */
export interface WindowResult {
  windowIndex: number;
  startedAtMs: number;
  /** When the first and the last of the sent claims were due, and when they were sent; null where nothing was sent. */
  firstDueMs: number | null;
  lastDueMs: number | null;
  firstSentMs: number | null;
  lastSentMs: number | null;
  lastReadyMs: number | null;
  /** From when on its driver could send: after `startedAtMs` where it came too late, which is a gap. */
  openedAtMs: number;
  /** When it had nothing more to send. */
  sentUntilMs: number;
  endedAtMs: number;
  counts: ClaimCounts;
  /** When the first and the last of the claims that started cold were due; missing where none did. */
  coldDue?: { firstMs: number; lastMs: number };
  /** Failed and timed-out claims by reason. */
  errors: Record<string, number>;
  histograms: EncodedHistograms;
  /** Of the phases that had a claim in this window, in the order of their first ends; left out where the load has none. */
  phases?: PhaseResult[];
  generator: {
    attempts: number;
    /** Most claims alive at once. */
    peakConcurrent: number;
    /** Arrivals that had to wait for maxConcurrent, and the longest such wait. */
    delayedByMaxConcurrent: number;
    longestDelayMs: number;
    eventLoopDelayP99Ms: number;
    cpuSeconds: number;
    watchResumed: number;
    watchRelisted: number;
    connectionsOpened: number;
    /** Missing where nobody counted them. */
    api?: ApiHealth;
  };
  /** Where the raw timelines are, on `host`. */
  journal: { host: string; path: string };
}
