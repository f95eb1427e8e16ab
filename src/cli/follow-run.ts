import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { guardWorkflowId } from '../domain/names.ts';
import type { Outcome } from '../domain/outcomes.ts';
import type { RunReport } from '../report/report.ts';
import type { RunStatus } from '../report/run-status.ts';
import { FAILURE_TYPES, guardQuery, progressQuery } from '../../workflows/messages.ts';
import { currentActivity } from './current-activity.ts';
import { guardSteps } from './guard-steps.ts';
import { withAddress } from './held-run.ts';

/** How a run ended, as far as a client can know. */
export type RunEnd =
  | { kind: 'reported'; outcome: Outcome; report: RunReport }
  /** It has ended clean, by itself, and left no report. */
  | { kind: 'unreported'; outcome: Outcome; message: string }
  | { kind: 'invalid-spec'; message: string }
  /** No workflow code ran: terminated, timed out, or broken. The guard cleans up. */
  | { kind: 'guarded'; message: string };

const POLL_MS = 400;

/** Shows the run's progress until it ends or `signal` aborts (then null: the run goes on). */
export async function followRun(
  client: Client,
  workflowId: string,
  show: (status: RunStatus) => void,
  signal: AbortSignal,
): Promise<RunEnd | null> {
  const handle = client.workflow.getHandle(workflowId);
  let end: RunEnd | null = null;
  const settled = endOf(handle).then((found) => (end = found));
  // Rejections reach the caller through the await below; this one keeps them from being unhandled meanwhile.
  settled.catch(() => undefined);
  while (!signal.aborted) {
    const status = await statusOf(handle);
    if (status !== null) show(status);
    await Promise.race([settled, sleep(POLL_MS, undefined, { signal }).catch(() => undefined)]);
    if (end !== null) return end;
  }
  return null;
}

/** Waits until the guard of a run that could not end by itself has cleaned up, showing its unwind. */
export async function followGuard(
  client: Client,
  runName: string,
  show: (status: RunStatus) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const handle = client.workflow.getHandle(guardWorkflowId(runName));
  while (!signal.aborted) {
    try {
      if ((await handle.describe()).status.name !== 'RUNNING') return true;
      const { watched } = await handle.query(guardQuery);
      const entry = watched[0];
      if (entry?.state === 'incomplete') return false;
      if (entry !== undefined)
        show({
          runName,
          steps: guardSteps(entry.steps),
          phase: `guard: ${entry.state}`,
          hold: null,
          activity: null,
          claims: null,
          startedAtMs: Date.now(),
        });
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return true;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** Steps by query, the rest from the heartbeats of what runs now. Null while no worker has answered yet. */
export async function statusOf(handle: WorkflowHandle): Promise<RunStatus | null> {
  try {
    const [progress, description] = await Promise.all([handle.query(progressQuery), handle.describe()]);
    const { runName, phase, steps, startedAtMs, hold } = progress;
    return {
      runName,
      phase,
      steps,
      startedAtMs,
      hold: hold === null ? null : withAddress(hold, handle.client),
      ...currentActivity(description.raw.pendingActivities ?? []),
    };
  } catch {
    return null; // not started yet, no worker, or a server that is away for a moment
  }
}

/** Reads the end of a run from its result, its failure's details, or (cancelled) its own report. */
async function endOf(handle: WorkflowHandle): Promise<RunEnd> {
  try {
    const report = (await handle.result()) as RunReport;
    return { kind: 'reported', outcome: report.outcome, report };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return error.cause instanceof CancelledFailure ? endOfCancelled(handle) : endFromFailure(error);
  }
}

/** Temporal keeps no details of a cancellation; the run itself still tells, as long as a worker answers for it. */
async function endOfCancelled(handle: WorkflowHandle): Promise<RunEnd> {
  const progress = await handle.query(progressQuery).catch(() => null);
  const report = (progress?.report ?? null) as RunReport | null;
  return report === null
    ? { kind: 'guarded', message: 'the run was cancelled and left no report' }
    : { kind: 'reported', outcome: report.outcome, report };
}

function endFromFailure(error: WorkflowFailedError): RunEnd {
  let cause: unknown = error.cause;
  while (cause instanceof Error && cause.cause instanceof ApplicationFailure) cause = cause.cause;
  if (cause instanceof ApplicationFailure) {
    if (cause.type === FAILURE_TYPES.invalidSpec) return { kind: 'invalid-spec', message: cause.message };
    if (cause.type === FAILURE_TYPES.reportUnwritten) {
      const [unreported] = (cause.details ?? []) as [{ outcome: Outcome }?];
      return { kind: 'unreported', outcome: unreported?.outcome ?? 'failed', message: cause.message };
    }
    const report = cause.details?.at(-1) as RunReport | undefined;
    if (cause.type === FAILURE_TYPES.runFailed && report === undefined)
      return { kind: 'unreported', outcome: 'failed', message: cause.message };
    if (report?.outcome !== undefined) return { kind: 'reported', outcome: report.outcome, report };
    return { kind: 'guarded', message: cause.message };
  }
  if (cause instanceof TerminatedFailure)
    return { kind: 'guarded', message: `the run was terminated (${cause.message})` };
  if (cause instanceof TimeoutFailure) return { kind: 'guarded', message: 'the run hit a workflow time-out' };
  return { kind: 'guarded', message: error.message };
}
