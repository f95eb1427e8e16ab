import type { WorkflowExecutionInfo } from '@temporalio/client';
import { ticking } from '../report/figures.ts';

/** One run as `sandtide list` shows it. Times are RFC 3339. */
export interface ListedRun {
  runName: string;
  executionRunId: string;
  /** `running`, `held`, `unwinding`, or how Temporal calls its end: `completed`, `failed`, `canceled`, `terminated`... */
  status: string;
  /** The search attributes that the run has set; null for one that it has not, or that the server doesn't know. */
  stage: string | null;
  outcome: string | null;
  provider: string | null;
  alarm: string | null;
  leaseEnd: string | null;
  startedAt: string;
  endedAt: string | null;
  /** Up to its end, or to now: `1m4s`. */
  took: string;
}

/** What Temporal's visibility says of a run, in our words. */
export function listedRun(execution: WorkflowExecutionInfo, nowMs: number = Date.now()): ListedRun {
  const { workflowId, runId, startTime, closeTime } = execution;
  const attributes = new Map<string, unknown>(
    execution.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
  );
  const text = (name: string): string | null => {
    const value = attributes.get(name);
    return value instanceof Date
      ? value.toISOString()
      : typeof value === 'string' && value !== ''
        ? value
        : null;
  };
  const open = execution.status.name === 'RUNNING';
  const closed = execution.status.name.toLowerCase().replaceAll('_', '-');
  return {
    runName: workflowId,
    executionRunId: runId,
    status: open ? (text('SandtideState') ?? 'running') : closed,
    stage: open ? text('SandtideStage') : null,
    outcome: text('SandtideOutcome'),
    provider: text('SandtideProvider'),
    alarm: text('SandtideAlarm'),
    leaseEnd: text('SandtideLeaseEnd'),
    startedAt: startTime.toISOString(),
    endedAt: closeTime?.toISOString() ?? null,
    took: ticking(((closeTime?.getTime() ?? nowMs) - startTime.getTime()) / 1000),
  };
}
