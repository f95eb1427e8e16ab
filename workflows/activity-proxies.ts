import type { ActivityInterfaceFor, ActivityOptions } from '@temporalio/workflow';
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { RunLimits } from './limits.ts';
import { CLEANUP_TASK_QUEUE } from './messages.ts';

/** On every proxy: left unset, an activity is only asked to stop, and an undo would race the create it undoes. */
const cancellationType = 'WAIT_CANCELLATION_COMPLETED' as const;

const PROVISIONING_RETRY = {
  initialInterval: 1_000,
  backoffCoefficient: 2,
  maximumInterval: 30_000,
  maximumAttempts: 8,
};

type Timed = Partial<ActivityOptions> & { summary?: string };

/** Look-ups and small writes: done in a second, or tried again soon. */
export function quick<A = Activities>(limits: RunLimits, options: Timed = {}): ActivityInterfaceFor<A> {
  return proxyActivities<A>({
    cancellationType,
    startToCloseTimeout: 60_000, // a busy worker or API server, not the work itself
    heartbeatTimeout: limits.heartbeatMs, // told of a dead worker as soon as elsewhere
    retry: { initialInterval: 500, backoffCoefficient: 2, maximumInterval: 10_000, maximumAttempts: 10 },
    ...options,
  });
}

/** For a word to a guard that can do without it: a few tries, then no more. */
export const SOON: Timed = {
  startToCloseTimeout: 15_000,
  retry: { initialInterval: 500, backoffCoefficient: 2, maximumAttempts: 4 },
};

/** Waiting on another workflow, for as long as it takes. */
export function patient(limits: RunLimits, options: Timed = {}): Activities {
  return proxyActivities<Activities>({
    cancellationType,
    startToCloseTimeout: '30 days', // the longest that a soak may be watched for in one attempt
    heartbeatTimeout: limits.heartbeatMs,
    retry: { initialInterval: 1_000, backoffCoefficient: 1.5, maximumInterval: 15_000 }, // never gives up
    ...options,
  });
}

/** Clusters and installations: minutes, resumable, worth several attempts when a worker dies. */
export function provisioning(limits: RunLimits, options: Timed = {}): Activities {
  return proxyActivities<Activities>({
    cancellationType,
    startToCloseTimeout: limits.provisionMs,
    heartbeatTimeout: limits.heartbeatMs,
    retry: PROVISIONING_RETRY,
    ...options,
  });
}

/** Provisioning that waits for as long as the spec says: further attempts would only multiply the user's own bound. */
export function patientBySpec(limits: RunLimits, options: Timed = {}): Activities {
  const retry = { ...PROVISIONING_RETRY, nonRetryableErrorTypes: ['TimedOut'] };
  return provisioning(limits, { retry, ...options });
}

/** The load: one attempt does it all; further ones go on where a dead worker stopped. */
export function load(limits: RunLimits, options: Timed = {}): Activities {
  return proxyActivities<Activities>({
    cancellationType,
    startToCloseTimeout: limits.loadMs,
    heartbeatTimeout: limits.heartbeatMs,
    retry: { initialInterval: 500, backoffCoefficient: 2, maximumInterval: 5_000, maximumAttempts: 20 },
    ...options,
  });
}

/** Undos: on a queue of their own, retried with capped back-off until the spec's deadline. */
export function undo<A = Activities>(limits: RunLimits, options: Timed = {}): ActivityInterfaceFor<A> {
  return proxyActivities<A>({
    cancellationType,
    taskQueue: CLEANUP_TASK_QUEUE,
    startToCloseTimeout: limits.provisionMs,
    scheduleToCloseTimeout: limits.teardownDeadlineMs, // then the leftovers are named and the guard goes on
    heartbeatTimeout: limits.heartbeatMs,
    retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 30_000 },
    ...options,
  });
}
