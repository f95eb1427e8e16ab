import type { Work } from '../src/domain/work.ts';
import type { ActivityDeps } from './deps.ts';
import type { StepRequest } from './stages.ts';
import { withCluster } from './with-cluster.ts';

/**
 * Makes a kept cluster the run's own, if it is to be: first the cluster, whose label is the truth about whose it is, then
 * what is in it. Whoever is cut off in between has left it to exactly one of the two guards, for a removal refuses
 * strangers. A cluster that is gone stays gone: the create makes it anew.
 */
export async function takeOver(deps: ActivityDeps, request: StepRequest, work: Work): Promise<void> {
  const { plan } = request;
  const { takenFrom, cluster, sandbox } = plan;
  if (takenFrom === null) return;
  work.progress(`taking ${cluster.name} over from ${takenFrom.runName}`);
  const provider = deps.provider(cluster.provider);
  await provider.takeOver(plan, takenFrom.owner, work);
  if ((await provider.describe(cluster, work)) === null) return;
  await withCluster(deps, request, work, (target) =>
    deps.agentSandbox(sandbox.type).takeOver(target, takenFrom.owner, work),
  );
}
