import type { Leftover, Plan, StepId } from '../src/domain/plan.ts';
import { undoStep } from '../src/unwind/undo-step.ts';
import { asActivity } from './activity-work.ts';
import type { ActivityDeps } from './deps.ts';

export function undoActivities(deps: ActivityDeps) {
  return {
    /** Takes one planned step back, whether or not it was done. Undo of something absent succeeds. */
    undoStep({ plan, stepId }: { plan: Plan; stepId: StepId }): Promise<void> {
      return asActivity((work) => undoStep(deps, plan, stepId, work));
    },
    /** What still carries the owner's label. */
    listLeftovers({ plan }: { plan: Plan }): Promise<Leftover[]> {
      return asActivity((work) => deps.provider(plan.cluster.provider).leftovers(plan.owner, work));
    },
  };
}
