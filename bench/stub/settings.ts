/** What the stub does to its clients, and how long its claims take. */
export interface StubSettings {
  seed: number;
  /** From create to ready: log-normal with this median. */
  readyMedianMs: number;
  readySigma: number;
  /** Every watch stream is cut off, without an end, so long after it began; null for never. */
  cutWatchEveryMs: number | null;
  /** Fraction of requests that are answered 429. */
  throttledFraction: number;
  /** The header of those answers, in whole seconds. */
  retryAfterSeconds: number;
  /** A watch that asked for bookmarks gets one so often; the API server sends one about every minute. */
  bookmarkEveryMs: number;
  /** How many of the last events can be watched from; whoever asks for older ones is told 410. */
  eventsKept: number;
  /** Whether the moments of each claim are kept for the report. */
  recordMoments: boolean;
}

export const STUB_DEFAULTS: StubSettings = {
  seed: 1,
  readyMedianMs: 30,
  readySigma: 0.5,
  cutWatchEveryMs: null,
  throttledFraction: 0,
  retryAfterSeconds: 1,
  bookmarkEveryMs: 60_000,
  eventsKept: 50_000,
  recordMoments: true,
};

/** What really happened to one claim, by the stub: monotonic milliseconds, the same clock for all processes of a machine. */
export interface ClaimMoments {
  createdMs: number;
  readyMs: number | null;
}

/** What the stub saw from its start on. */
export interface StubReport {
  requests: number;
  created: number;
  alreadyThere: number;
  deleted: number;
  left: number;
  events: number;
  eventBytes: number;
  throttled: number;
  watchesOpened: number;
  watchesCut: number;
  watchesExpired: number;
  connections: number;
  cpuSeconds: number;
  moments: Record<string, ClaimMoments>;
}
