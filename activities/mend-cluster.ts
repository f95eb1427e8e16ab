import type { Work } from '../src/domain/work.ts';
import type { ActivityDeps } from './deps.ts';
import type { StepRequest } from './stages.ts';

/**
 * For an attempt whose predecessor failed: what has died of the run's cluster is started again, so that the step need
 * not fail by it until its attempts are used up. One that is gone stays gone: to make it is the create's alone.
 */
export async function mendCluster(
  deps: Pick<ActivityDeps, 'provider'>,
  { plan, spec }: StepRequest,
  work: Work,
): Promise<void> {
  const provider = deps.provider(plan.cluster.provider);
  if ((await provider.describe(plan.cluster, work)) === null) return;
  work.progress('looking whether the cluster still stands');
  await provider.ensure(plan, spec, work);
}
