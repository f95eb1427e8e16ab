/** The times of a run that workflow code needs, in milliseconds; derived from the spec once, frozen in history. */
export interface RunLimits {
  heartbeatMs: number;
  teardownDeadlineMs: number;
  /** Bound of one attempt at a provisioning step. */
  provisionMs: number;
  /** Bound of one attempt at the load: arrivals, drain and margin. */
  loadMs: number;
  /** From the first claim due to the end of the arrivals, as the spec has it; missing where an earlier version began. */
  arrivalsMs?: number;
  /** The load is a closed loop: it has no timeline that could be changed. */
  closedLoop?: boolean;
  /** A longer load is cut into windows of so much. */
  windowMs?: number;
  /** For everything together that is looked at of a failed run before it is taken down. */
  evidenceMs: number;
  /** From the end of an execution by force until its last activity has heard of it and stopped. */
  quietMs: number;
  /** From an unwind that left something to the guard's next one. */
  guardRetryMs: number;
  /** How long a lease goes from the moment when a run (or an execution that came by a reset) begins. */
  leaseMs: number;
  /** From the same moment: how far the lease can be extended. */
  leaseCapMs: number;
  /** How long a failed stage waits for an operator; null where it doesn't. */
  holdMs: number | null;
  /** How long the cluster is kept once the stages are done; null where it is taken down. */
  keepMs: number | null;
  /** What the whole way from a stage's start to the end of the unwind may take. */
  neededMs: number;
  /** An undo that takes longer than this raises an alarm, and goes on. */
  undoAlarmMs: number;
}

/** Before a spec is known. */
export const FIRST_LIMITS: RunLimits = {
  heartbeatMs: 10_000,
  teardownDeadlineMs: 30 * 60_000,
  provisionMs: 20 * 60_000,
  loadMs: 3_600_000,
  arrivalsMs: 3_600_000,
  windowMs: 600_000,
  evidenceMs: 20_000,
  quietMs: 15_000,
  guardRetryMs: 3_600_000,
  leaseMs: 7_200_000,
  leaseCapMs: 14_400_000,
  holdMs: null,
  keepMs: null,
  neededMs: 7_200_000,
  undoAlarmMs: 300_000,
};
