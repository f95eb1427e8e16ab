import { log } from '@temporalio/activity';
import type { Leftover, Plan, StepId } from '../src/domain/plan.ts';
import { undoStep } from '../src/unwind/undo-step.ts';
import { asActivity } from './activity-work.ts';
import { refuseUnentered } from './current-execution.ts';
import type { ActivityDeps } from './deps.ts';

export interface UndoRequest {
  plan: Plan;
  stepId: StepId;
  /** The execution that has put itself under guard last; null where that is not looked at. */
  entered?: string | null;
}

/** Two failures may be chance. */
const WORTH_A_WARNING = 3;

export function undoActivities(deps: ActivityDeps) {
  return {
    /** Takes one planned step back, whether or not it was done. Undo of something absent succeeds. */
    undoStep(request: UndoRequest): Promise<void> {
      const { plan, stepId } = request;
      return asActivity(async (work) => {
        refuseUnentered(request);
        if (work.attempt >= WORTH_A_WARNING)
          log.warn('an undo fails again and again', { step: stepId, attempt: work.attempt });
        await undoStep(deps, plan, stepId, work);
      });
    },
    /** What still carries the owner's label. */
    listLeftovers({ plan }: { plan: Plan }): Promise<Leftover[]> {
      const { cluster, owner } = plan;
      return asActivity((work) => deps.provider(cluster.provider).leftovers(owner, work, cluster));
    },
  };
}
