import { ApplicationFailure, CancelledFailure } from '@temporalio/workflow';
import { guardWorkflowId } from '../src/domain/names.ts';
import { retryFrom, updateCommand } from '../src/domain/operator-commands.ts';
import type { RunReport } from '../src/report/report.ts';
import type { Life } from './life.ts';
import { FAILURE_TYPES } from './messages.ts';
import type { Settled } from './settle.ts';

/** Turns an outcome into the workflow's own ending, as Temporal shows it. */
export function conclude(life: Life, settled: Settled): RunReport {
  const { run, report, findings } = life;
  const name = `run ${run.plan.runName}`;
  const { outcome, unwound } = settled;
  const details = report === null ? [] : [report];
  switch (outcome) {
    case 'passed':
    case 'thresholds-missed':
      if (report !== null) return report;
      // The numbers are worth keeping, so they stand where the report would.
      throw failure(
        FAILURE_TYPES.reportUnwritten,
        `${name} ${outcome}${afterwards(life)}, but no report could be written: ${settled.reportProblem}`,
        [{ outcome, findings }],
      );
    case 'failed':
      throw failure(
        FAILURE_TYPES.runFailed,
        `${name} failed${afterwards(life)}: ${reason(settled, report)}${whatToType(life)}`,
        details,
      );
    case 'cleanup-incomplete': {
      const { leftovers, leftoverCount } = report ?? {
        leftovers: unwound.leftovers,
        leftoverCount: unwound.leftovers.length,
      };
      const guard = { ...run.plan.identity, workflowId: guardWorkflowId(run.plan.runName) };
      throw failure(
        FAILURE_TYPES.cleanupIncomplete,
        `${name} left ${plural(leftoverCount, 'thing')} behind, ${plural(unwound.undoFailed, 'undo')} failed; its guard tries again hourly, and sandtide teardown does at once` +
          `\n  let the guard try now: ${updateCommand(guard, 'retryTeardown')}${whatToType(life)}`,
        [leftovers, ...details],
      );
    }
    case 'cancelled':
      // Temporal keeps no details of a cancellation: the report is had by query and file.
      throw new CancelledFailure(`${name} was cancelled and cleaned up`);
  }
}

function afterwards({ kept }: Life): string {
  if (kept === null) return ' and was cleaned up';
  return `, and its cluster is kept until ${new Date(kept.untilSeconds * 1000).toISOString()}`;
}

/** What the report alone found out (that there is no data) is no ending of the workflow's own. */
function reason({ ending }: Settled, report: RunReport | null): string {
  const found = ending.kind === 'failed' ? ending : (report?.failure ?? null);
  return found === null ? 'no reason was recorded' : `${found.stage}: ${found.message}`;
}

/** The way back to the stage that was begun last: everything that is gone by then is made again. */
function whatToType({ run, starts }: Life): string {
  const last = Object.values(starts).at(-1);
  if (last === undefined) return '';
  const { why, sandtide, temporal } = retryFrom(run.plan.identity, last);
  return `\n  ${why}: ${sandtide}\n  or: ${temporal}`;
}

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

function failure(type: string, message: string, details: unknown[]): ApplicationFailure {
  return ApplicationFailure.create({ type, message, details, nonRetryable: true });
}
