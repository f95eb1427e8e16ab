import { CancellationScope, log, sleep } from '@temporalio/workflow';
import type { PlannedStep } from '../src/domain/plan.ts';
import type { RunLimits } from './limits.ts';
import type { StepJournal } from './step-journal.ts';

/**
 * Waits for an undo as long as it takes. One that takes long raises an alarm on the way, in the log, in the details and
 * as a search attribute; its end takes the alarm back.
 */
export async function withAlarm(
  journal: StepJournal,
  limits: RunLimits,
  step: PlannedStep,
  undoing: Promise<void>,
): Promise<void> {
  const timer = new CancellationScope();
  let raised = false;
  const alarm = timer.run(async () => {
    await sleep(limits.undoAlarmMs);
    raised = true;
    log.warn('an undo makes no progress; it is tried on', { step: step.id, undo: step.undoTitle });
    journal.notice(
      'alarm',
      `## Alarm: no end yet\n${step.undoTitle}: tried for ${limits.undoAlarmMs / 1000} s so far`,
    );
    journal.mark({ SandtideAlarm: `undo ${step.id}` });
  });
  alarm.catch(() => undefined); // called off
  try {
    await undoing;
  } finally {
    timer.cancel();
    if (raised) {
      journal.notice('alarm', null);
      journal.mark({ SandtideAlarm: null });
    }
  }
}
