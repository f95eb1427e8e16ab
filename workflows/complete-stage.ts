import { CancellationScope, ContinueAsNew, workflowInfo } from '@temporalio/workflow';
import type { ForwardStage } from '../src/domain/stages.ts';
import { stagesThrough } from '../src/domain/stages.ts';
import { describeError } from './errors.ts';
import { hold } from './hold.ts';
import type { Life } from './life.ts';
import { STAGE_WORK } from './stages.ts';
import { putUnderGuard } from './under-guard.ts';

/**
 * Does a stage until it is done or left out. Where it has failed it may be held, and throws its error where it isn't
 * tried again. A stage that is tried again, and one that finds that the run was reset, looks first at all that came
 * before it: whatever is gone by now is made again.
 */
export async function complete(life: Life, stage: ForwardStage): Promise<void> {
  while (!life.skipped.has(stage)) {
    try {
      return await attempt(life, stage);
    } catch (error) {
      if (CancellationScope.current().consideredCancelled || error instanceof ContinueAsNew) throw error;
      if (isReset(error)) await putUnderGuard(life);
      else if ((await hold(life, stage, error)) === 'skip') return;
    }
    for (const before of stagesThrough(stage).slice(0, -1)) await complete(life, before);
  }
}

/** Something was refused because it was asked for by an execution that has not put itself under guard. */
export function isReset(error: unknown): boolean {
  return describeError(error).type === 'Reset';
}

async function attempt(life: Life, stage: ForwardStage): Promise<void> {
  const { historyLength, runId } = workflowInfo();
  // For people and their resets alone: nothing in here depends on either.
  life.starts[stage] = { stage, eventId: historyLength, executionRunId: runId };
  life.journal.begin(stage);
  await STAGE_WORK[stage](life);
}
