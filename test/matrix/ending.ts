import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { RunReport } from '../../src/report/report.ts';
import { FAILURE_TYPES } from '../../workflows/messages.ts';
import type { Cell } from './cell.ts';
import type { CellOutcome } from './row.ts';

/** How the cell's run has ended. */
export interface CellEnding {
  outcome: CellOutcome;
  /** Null where the run left none: one that was ended by force. */
  report: RunReport | null;
  /** The failure as Temporal shows it; null where there is none. */
  failure: string | null;
}

/** Reads the newest execution, which must be closed. */
export async function endingOf(cell: Cell): Promise<CellEnding> {
  const { status, runId } = await cell.run.describe();
  switch (status.name) {
    case 'COMPLETED': {
      const report = (await cell.run.result()) as RunReport;
      return { outcome: report.outcome, report, failure: null };
    }
    case 'FAILED':
      return failed(cell, runId);
    case 'CANCELLED':
      return { outcome: 'cancelled', report: reportOnDisk(cell), failure: null };
    case 'TERMINATED':
      return { outcome: 'terminated', report: null, failure: null };
    case 'TIMED_OUT':
      return { outcome: 'timed-out', report: null, failure: null };
    case 'RUNNING':
    case 'CONTINUED_AS_NEW':
    case 'PAUSED':
    case 'UNSPECIFIED':
    case 'UNKNOWN':
      throw new Error(`the run is ${status.name}`);
  }
}

async function failed(cell: Cell, runId: string): Promise<CellEnding> {
  const handle = cell.home.client.workflow.getHandle(cell.runName, runId);
  const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure)) throw new Error(`the run failed with ${String(error)}`);
  const incomplete = cause.type === FAILURE_TYPES.cleanupIncomplete;
  const report = (cause.details ?? [])[incomplete ? 1 : 0] as RunReport | undefined;
  return {
    outcome: incomplete ? 'cleanup-incomplete' : 'failed',
    report: report?.reportVersion === undefined ? null : report,
    failure: `${cause.type}: ${cause.message}`,
  };
}

/** A cancelled run's report is in the file alone. Another life's of the same name doesn't count. */
function reportOnDisk(cell: Cell): RunReport | null {
  const path = join(cell.reportFolder, 'report.json');
  if (!existsSync(path)) return null;
  const report = JSON.parse(readFileSync(path, 'utf8')) as RunReport;
  return report.firstExecutionRunId === cell.firstRunId ? report : null;
}
