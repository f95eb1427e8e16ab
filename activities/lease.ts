import type { Plan } from '../src/domain/plan.ts';
import { asActivity } from './activity-work.ts';
import type { ActivityDeps } from './deps.ts';

export function leaseActivities(deps: ActivityDeps) {
  return {
    /** Writes the plan's lease onto what the run owns. Nothing is there: nothing is to do. */
    renewLease({ plan }: { plan: Plan }): Promise<void> {
      return asActivity((work) => deps.provider(plan.cluster.provider).renewLease(plan, work));
    },
  };
}
