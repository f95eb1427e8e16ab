/** The times of a run that workflow code needs, in milliseconds; derived from the spec once, frozen in history. */
export interface RunLimits {
  heartbeatMs: number;
  teardownDeadlineMs: number;
  /** Bound of one attempt at a provisioning step. */
  provisionMs: number;
  /** Bound of one attempt at the load: arrivals, drain and margin. */
  loadMs: number;
}

/** Before a spec is known. */
export const FIRST_LIMITS: RunLimits = {
  heartbeatMs: 10_000,
  teardownDeadlineMs: 30 * 60_000,
  provisionMs: 20 * 60_000,
  loadMs: 3_600_000,
};
