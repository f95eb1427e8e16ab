import type { Leftover, Plan, StepId } from '../src/domain/plan.ts';
import { ConflictError } from '../src/domain/errors.ts';
import type { Work } from '../src/domain/work.ts';
import type { AgentSandbox, RemovalTarget } from '../src/sandbox/agent-sandbox.ts';
import { asActivity } from './activity-work.ts';
import type { ActivityDeps } from './deps.ts';
import { withConnection } from './with-cluster.ts';

/** Undos inside the cluster, by step. The cluster's own undo is the provider's. */
const IN_CLUSTER: Record<
  Exclude<StepId, 'cluster'>,
  (sandbox: AgentSandbox, target: RemovalTarget, work: Work) => Promise<void>
> = {
  claims: (sandbox, target, work) => sandbox.removeClaims(target, work),
  'warm-pool': (sandbox, target, work) => sandbox.removeWarmPool(target, work),
  workload: (sandbox, target, work) => sandbox.removeWorkload(target, work),
  'agent-sandbox': (sandbox, target, work) => sandbox.uninstall(target, work),
};

export function undoActivities(deps: ActivityDeps) {
  return {
    /** Takes one planned step back, whether or not it was done. Undo of something absent succeeds. */
    undoStep({ plan, stepId }: { plan: Plan; stepId: StepId }): Promise<void> {
      return asActivity(async (work) => {
        const provider = deps.provider(plan.cluster.provider);
        if (stepId === 'cluster') return removeCluster(() => provider.remove(plan.cluster, plan.owner, work));
        if ((await provider.describe(plan.cluster, work)) === null) return;
        await withConnection(deps, plan, work, (kube) =>
          IN_CLUSTER[stepId](deps.agentSandbox(plan.sandbox.type), { kube, plan }, work),
        );
      });
    },
    /** What still carries the owner's label. */
    listLeftovers({ plan }: { plan: Plan }): Promise<Leftover[]> {
      return asActivity((work) => deps.provider(plan.cluster.provider).leftovers(plan.owner, work));
    },
  };
}

/** A stranger's cluster of the same name is none of ours: there is nothing to take back. */
async function removeCluster(remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}
