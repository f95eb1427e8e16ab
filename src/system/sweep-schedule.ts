import type { Client, ScheduleDescription, ScheduleUpdateOptions } from '@temporalio/client';
import { ScheduleAlreadyRunning } from '@temporalio/client';

export const SWEEP_SCHEDULE_ID = 'sandtide-sweep';

/** What the schedule starts. */
export interface SweepAction {
  workflowType: string;
  taskQueue: string;
}

export type ScheduleOutcome =
  { kind: 'created' | 'updated' | 'as-it-was' } | { kind: 'refused'; message: string };

/** As often as somebody who waits for a machine to be empty looks again. */
const EVERY = '15 minutes';
/** Two passes at once would only get into each other's way; the next one comes soon enough. */
const OVERLAP = 'SKIP';
/** Passes that were missed while the server was down are not made up for: one look sees all. */
const CATCHUP_MS = 60_000;
/** A worker must come up even where the server does not answer this. */
const CALL_MS = 10_000;

/**
 * Makes sure that the sweep is scheduled; every worker calls it at its start. What it starts, and how, is ours and
 * brought up to date; interval, pause and arguments are the operator's once it exists. Never throws: where a server
 * refuses schedules, `sandtide sweep` is left.
 */
export async function ensureSweepSchedule(client: Client, action: SweepAction): Promise<ScheduleOutcome> {
  try {
    return await client.withDeadline(Date.now() + CALL_MS, () => ensure(client, action));
  } catch (error) {
    return { kind: 'refused', message: error instanceof Error ? error.message : String(error) };
  }
}

async function ensure(client: Client, action: SweepAction): Promise<ScheduleOutcome> {
  try {
    await client.schedule.create({
      scheduleId: SWEEP_SCHEDULE_ID,
      spec: { intervals: [{ every: EVERY }], jitter: '1 minute' }, // so that many namespaces don't sweep in step
      action: actionOf(action, [{ apply: true }]),
      policies: { overlap: OVERLAP, catchupWindow: CATCHUP_MS },
      state: { note: 'removes what carries our labels and nobody owns any more; made by the worker' },
    });
    return { kind: 'created' };
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  // Another worker, or an earlier one, was here before.
  const handle = client.schedule.getHandle(SWEEP_SCHEDULE_ID);
  if (isCurrent(await handle.describe(), action)) return { kind: 'as-it-was' };
  await handle.update((found) => broughtUpToDate(found, action));
  return { kind: 'updated' };
}

function isCurrent({ action: found, policies }: ScheduleDescription, action: SweepAction): boolean {
  return (
    found.workflowType === action.workflowType &&
    found.taskQueue === action.taskQueue &&
    policies.overlap === OVERLAP &&
    policies.catchupWindow === CATCHUP_MS
  );
}

function broughtUpToDate(found: ScheduleDescription, action: SweepAction): ScheduleUpdateOptions {
  return {
    spec: found.spec,
    action: actionOf(action, [...(found.action.args ?? [])]),
    policies: { ...found.policies, overlap: OVERLAP, catchupWindow: CATCHUP_MS },
    state: found.state,
  };
}

function actionOf({ workflowType, taskQueue }: SweepAction, args: unknown[]) {
  return {
    type: 'startWorkflow' as const,
    workflowType,
    taskQueue,
    args,
    workflowId: SWEEP_SCHEDULE_ID,
    staticSummary: 'removes what nobody owns any more',
  };
}
