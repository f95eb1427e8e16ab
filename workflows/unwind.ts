import { sleep } from '@temporalio/workflow';
import { nextUndo } from '../src/domain/progress.ts';
import type { Leftover, Plan, PlannedStep } from '../src/domain/plan.ts';
import { quick, undo } from './activity-proxies.ts';
import { withAlarm } from './alarm.ts';
import { isReset } from './complete-stage.ts';
import { describeError, isTimeOut } from './errors.ts';
import type { RunLimits } from './limits.ts';
import { CLEANUP_TASK_QUEUE } from './messages.ts';
import type { StepJournal } from './step-journal.ts';

export interface UnwindResult {
  leftovers: Leftover[];
  undoFailed: number;
}

/** Whose undos these are; a guard has no execution that could be reset. */
export interface Unwinder {
  /** The execution that has put itself under guard last; null where an undo is not to ask. */
  execution(): string | null;
  /** After a reset: waits until nobody else undoes anything of this run. */
  enterAgain(): Promise<void>;
}

/**
 * The one unwind: every planned step, last in first out, going on past an undo that fails; then the provider is asked
 * what is left. The caller runs it in a non-cancellable scope.
 */
export async function unwind(
  { plan, limits }: { plan: Plan; limits: RunLimits },
  journal: StepJournal,
  unwinder: Unwinder | null = null,
): Promise<UnwindResult> {
  journal.begin('teardown');
  let undoFailed = 0;
  for (let step = nextUndo(plan, journal.records); step !== null; step = nextUndo(plan, journal.records)) {
    journal.record({ type: 'undo-started', id: step.id, atMs: Date.now() });
    try {
      await withAlarm(journal, limits, step, undoOne({ plan, limits }, step, unwinder));
      journal.record({ type: 'undone', id: step.id, atMs: Date.now() });
    } catch (error) {
      undoFailed += 1;
      journal.record({
        type: 'undo-failed',
        id: step.id,
        atMs: Date.now(),
        detail: describeError(error).message,
      });
      // An attempt that was cut off hears of it at its next heartbeat; only then is it over.
      if (isTimeOut(error)) await sleep(limits.quietMs);
    }
  }
  return { leftovers: await leftoversOf(plan, limits), undoFailed };
}

async function undoOne(
  { plan, limits }: { plan: Plan; limits: RunLimits },
  step: PlannedStep,
  unwinder: Unwinder | null,
): Promise<void> {
  for (;;) {
    const entered = unwinder?.execution() ?? null;
    try {
      return await undo(limits, { summary: step.undoTitle }).undoStep({ plan, stepId: step.id, entered });
    } catch (error) {
      if (unwinder === null || !isReset(error)) throw error;
      await unwinder.enterAgain();
    }
  }
}

/** What still carries our label. A provider that cannot be asked is a leftover too: nobody knows that it is empty. */
async function leftoversOf(plan: Plan, limits: RunLimits): Promise<Leftover[]> {
  try {
    return await quick(limits, {
      taskQueue: CLEANUP_TASK_QUEUE,
      summary: 'ask the provider what is left',
    }).listLeftovers({ plan });
  } catch (error) {
    return [
      {
        kind: 'unknown',
        name: plan.cluster.name,
        detail: `the provider could not be asked: ${describeError(error).message}`,
      },
    ];
  }
}
