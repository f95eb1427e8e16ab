/** The times of a run that workflow code needs, in milliseconds; derived from the spec once, frozen in history. */
export interface RunLimits {
  heartbeatMs: number;
  teardownDeadlineMs: number;
  /** Bound of one attempt at a provisioning step. */
  provisionMs: number;
  /** Bound of one attempt at the load: arrivals, drain and margin. */
  loadMs: number;
  /** For everything together that is looked at of a failed run before it is taken down. */
  evidenceMs: number;
  /** From the end of an execution by force until its last activity has heard of it and stopped. */
  quietMs: number;
  /** From an unwind that left something to the guard's next one. */
  guardRetryMs: number;
}

/** Before a spec is known. */
export const FIRST_LIMITS: RunLimits = {
  heartbeatMs: 10_000,
  teardownDeadlineMs: 30 * 60_000,
  provisionMs: 20 * 60_000,
  loadMs: 3_600_000,
  evidenceMs: 20_000,
  quietMs: 15_000,
  guardRetryMs: 3_600_000,
};
