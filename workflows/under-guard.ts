import type { ActivityOptions } from '@temporalio/workflow';
import { workflowInfo } from '@temporalio/workflow';
import { withLease } from '../src/domain/lease.ts';
import { patient, quick } from './activity-proxies.ts';
import type { Life } from './life.ts';

/** What the run wants of its guard besides being guarded. */
export interface GuardWish {
  /** It only wants to clean up after itself. */
  toUnwind?: boolean;
  /** Unix seconds; the lease is to go on until then. */
  extendToSeconds?: number;
}

/**
 * Returns once the guard stands, and while it unwinds nothing that concerns us. An execution that came by a reset waits
 * there until the one before it has surely stopped, and gets a lease that begins now. True where it is such a one.
 */
export async function putUnderGuard(
  life: Life,
  wish: GuardWish = {},
  bound: Pick<ActivityOptions, 'scheduleToCloseTimeout'> = {},
): Promise<boolean> {
  const { plan, limits, searchAttributes } = life.run;
  const answer = await patient(limits, { summary: 'put the run under guard', ...bound }).watchRun({
    plan,
    limits,
    searchAttributes,
    // Kept over a reset, unlike the run id, on which workflow code may not depend.
    originalExecutionRunId: workflowInfo().originalExecutionRunId,
    entered: life.entered,
    toUnwind: wish.toUnwind ?? false,
    extendToSeconds: wish.extendToSeconds ?? null,
  });
  const first = life.entered !== answer.executionRunId;
  life.entered = answer.executionRunId;
  life.run = { ...life.run, plan: withLease(plan, answer) };
  life.journal.mark({ SandtideLeaseEnd: new Date(answer.leaseUntilSeconds * 1000) });
  // What stands carries the lease of the execution before.
  if (first && answer.byReset && wish.toUnwind !== true) await labelLease(life);
  return answer.byReset;
}

/** An operator or a hold waits for the answer. */
const EXTENSION_MS = 120_000;

/** Lets the lease go on until then, as far as its cap allows: the guard is told first, then what the run owns. */
export async function extendLease(life: Life, untilMs: number): Promise<void> {
  const { leaseUntilSeconds, leaseCapSeconds } = life.run.plan;
  const extendToSeconds = Math.min(Math.ceil(untilMs / 1000), leaseCapSeconds);
  if (extendToSeconds <= leaseUntilSeconds) return;
  await putUnderGuard(life, { extendToSeconds }, { scheduleToCloseTimeout: EXTENSION_MS });
  await labelLease(life);
}

async function labelLease(life: Life): Promise<void> {
  const { plan, limits } = life.run;
  await quick(limits, { summary: 'write the lease onto the cluster' }).renewLease({ plan });
}
