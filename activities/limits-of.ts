import { durationMs } from '../src/domain/durations.ts';
import { longestDwellMs } from '../src/load/dwell.ts';
import { arrivalTimeline } from '../src/load/timeline.ts';
import { workMs } from '../src/load/workload.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import type { RunLimits } from '../workflows/limits.ts';

/** From hearing that it was cancelled until an activity has really stopped. */
const STOPPING_MS = 5_000;
/** An API server that is well tells all in a second or two; one that is not may say nothing for ever. */
const EVIDENCE_MS = 20_000;
/** Often enough to end a bill within the hour, seldom enough to keep the guard's history small for days. */
const GUARD_RETRY_MS = 3_600_000;

/** A cloud takes its time to delete a cluster; after so long a person should look. */
const UNDO_ALARM_MS = 5 * 60_000;

/** Margins over what the spec asks for: an attempt that takes longer is stuck. */
export function limitsOf(spec: RunSpec): RunLimits {
  const readyMs = durationMs(spec.agentSandbox.warmPool.readyTimeout);
  const teardownMs = durationMs(spec.limits.teardownDeadline);
  const drainMs = durationMs(spec.load.readyTimeout) + workMs(spec.load) + longestDwellMs(spec.load);
  return {
    heartbeatMs: durationMs(spec.limits.heartbeatTimeout),
    evidenceMs: EVIDENCE_MS,
    quietMs: durationMs(spec.limits.heartbeatTimeout) + STOPPING_MS,
    guardRetryMs: GUARD_RETRY_MS,
    teardownDeadlineMs: teardownMs,
    provisionMs: readyMs + 20 * 60_000,
    arrivalsMs: arrivalTimeline(spec.load).endOffsetMs,
    windowMs: durationMs(spec.soak.window),
    ...(spec.load.arrivals.shape === 'closedLoop' ? { closedLoop: true } : {}),
    loadMs: durationMs(spec.load.duration) + drainMs + 10 * 60_000,
    leaseMs: durationMs(spec.limits.lease),
    leaseCapMs: durationMs(spec.limits.leaseCap),
    holdMs: spec.onFailure.hold === null ? null : durationMs(spec.onFailure.hold),
    keepMs: spec.keep === null ? null : durationMs(spec.keep),
    neededMs: readyMs + durationMs(spec.load.duration) + drainMs + teardownMs,
    undoAlarmMs: Math.min(UNDO_ALARM_MS, teardownMs / 2),
  };
}
