import type { Client } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';

/** What is started, and when. */
export interface RunSchedule {
  /** Also the beginning of each run's name: Temporal puts the time behind it, `nightly-2026-11-25T02:00:00Z`. */
  name: string;
  cron: string;
  /** An IANA name; UTC unless given. */
  timezone: string | null;
  /** As the user wrote it; each run resolves it anew. */
  spec: unknown;
  pauseOnFailure: boolean;
}

/** The workflow that a run is; named by the caller, who may know workflows. */
export interface RunAction {
  workflowType: string;
  taskQueue: string;
}

export interface ListedSchedule {
  name: string;
  cron: string | null;
  timezone: string;
  paused: boolean;
  /** Why it is paused, or whatever else was noted. */
  note: string | null;
  /** ISO 8601; null where there is none. */
  next: string | null;
  /** Name of the run that it started last. */
  lastRun: string | null;
}

export type Scheduled =
  { kind: 'created'; next: string | null } | { kind: 'exists' } | { kind: 'refused'; message: string };

/** A benchmark that was missed while Temporal was away says nothing about that night any more. */
const CATCHUP_MS = 60_000;

/** Makes the schedule. A run that is still open when the next one is due goes on, and that one is left out. */
export async function scheduleRun(
  client: Client,
  { name, cron, timezone, spec, pauseOnFailure }: RunSchedule,
  { workflowType, taskQueue }: RunAction,
): Promise<Scheduled> {
  try {
    await client.schedule.create({
      scheduleId: name,
      spec: { cronExpressions: [cron], ...(timezone === null ? {} : { timezone }) },
      action: {
        type: 'startWorkflow',
        workflowType,
        taskQueue,
        args: [spec],
        workflowId: name,
        staticSummary: `benchmark of agent-sandbox, by schedule ${name}`,
      },
      policies: { overlap: 'SKIP', catchupWindow: CATCHUP_MS, pauseOnFailure },
      memo: { cron },
    });
    const { info } = await client.schedule.getHandle(name).describe();
    return { kind: 'created', next: info.nextActionTimes[0]?.toISOString() ?? null };
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return { kind: 'exists' };
    // What the SDK makes of the server's "invalid argument".
    if (error instanceof TypeError) return { kind: 'refused', message: error.message };
    throw error;
  }
}

/** The schedules that start runs, by name. */
export async function listSchedules(client: Client, workflowType: string): Promise<ListedSchedule[]> {
  const found: ListedSchedule[] = [];
  for await (const { scheduleId, action, spec, memo, state, info } of client.schedule.list()) {
    if (action?.workflowType !== workflowType) continue;
    const last = info.recentActions.at(-1)?.action;
    found.push({
      name: scheduleId,
      cron: typeof memo?.['cron'] === 'string' ? memo['cron'] : null,
      timezone: spec?.timezone || 'UTC',
      paused: state.paused,
      note: state.note || null,
      next: state.paused ? null : (info.nextActionTimes[0]?.toISOString() ?? null),
      lastRun: last?.workflow.workflowId ?? null,
    });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Takes the schedule away; what it has started goes on. False where there is none of that name that starts runs. */
export async function removeSchedule(client: Client, name: string, workflowType: string): Promise<boolean> {
  const handle = client.schedule.getHandle(name);
  try {
    const { action } = await handle.describe();
    if (action.workflowType !== workflowType) return false;
    await handle.delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}
