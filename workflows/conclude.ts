import { ApplicationFailure, CancelledFailure } from '@temporalio/workflow';
import type { RunReport } from '../src/report/report.ts';
import type { Life } from './life.ts';
import { FAILURE_TYPES } from './messages.ts';
import type { Settled } from './settle.ts';

/** Turns an outcome into the workflow's own ending, as Temporal shows it. */
export function conclude({ run, report, findings }: Life, settled: Settled): RunReport {
  const name = `run ${run.plan.runName}`;
  const { outcome, ending, unwound } = settled;
  const details = report === null ? [] : [report];
  switch (outcome) {
    case 'passed':
    case 'thresholds-missed':
      if (report !== null) return report;
      // The numbers are worth keeping, so they stand where the report would.
      throw failure(
        FAILURE_TYPES.reportUnwritten,
        `${name} ${outcome} and was cleaned up, but no report could be written: ${settled.reportProblem}`,
        [findings],
      );
    case 'failed':
      throw failure(
        FAILURE_TYPES.runFailed,
        `${name} failed and was cleaned up: ${ending.kind === 'failed' ? `${ending.stage}: ${ending.message}` : 'no reason was recorded'}`,
        details,
      );
    case 'cleanup-incomplete':
      throw failure(
        FAILURE_TYPES.cleanupIncomplete,
        `${name} left ${unwound.leftovers.length} things behind, ${unwound.undoFailed} undos failed; its guard tries again hourly, and sandtide teardown does at once`,
        [unwound.leftovers, ...details],
      );
    case 'cancelled':
      // Temporal keeps no details of a cancellation: the report is had by query and file.
      throw new CancelledFailure(`${name} was cancelled and cleaned up`);
  }
}

function failure(type: string, message: string, details: unknown[]): ApplicationFailure {
  return ApplicationFailure.create({ type, message, details, nonRetryable: true });
}
