import { nextUndo } from '../src/domain/progress.ts';
import type { Leftover, Plan } from '../src/domain/plan.ts';
import { quick, undo } from './activity-proxies.ts';
import { describeError } from './errors.ts';
import type { RunLimits } from './limits.ts';
import { CLEANUP_TASK_QUEUE } from './messages.ts';
import type { StepJournal } from './step-journal.ts';

export interface UnwindResult {
  leftovers: Leftover[];
  undoFailed: number;
}

/**
 * The one unwind: every planned step, last in first out, going on past an undo that fails; then the provider is asked
 * what is left. The caller runs it in a non-cancellable scope.
 */
export async function unwind(plan: Plan, limits: RunLimits, journal: StepJournal): Promise<UnwindResult> {
  journal.begin('teardown');
  let undoFailed = 0;
  for (let step = nextUndo(plan, journal.records); step !== null; step = nextUndo(plan, journal.records)) {
    journal.record({ type: 'undo-started', id: step.id, atMs: Date.now() });
    try {
      await undo(limits, { summary: step.undoTitle }).undoStep({ plan, stepId: step.id });
      journal.record({ type: 'undone', id: step.id, atMs: Date.now() });
    } catch (error) {
      undoFailed += 1;
      journal.record({
        type: 'undo-failed',
        id: step.id,
        atMs: Date.now(),
        detail: describeError(error).message,
      });
    }
  }
  return { leftovers: await leftoversOf(plan, limits), undoFailed };
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
