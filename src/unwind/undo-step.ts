import { ConflictError } from '../domain/errors.ts';
import type { Plan, StepId } from '../domain/plan.ts';
import type { Work } from '../domain/work.ts';
import type { KubeClient } from '../kubernetes/kube-client.ts';
import type { ClusterAccess, ClusterProvider } from '../providers/provider.ts';
import type { AgentSandbox, RemovalTarget } from '../sandbox/agent-sandbox.ts';

/** What an undo needs of the world. */
export interface UnwindWorld {
  /** By provider type. */
  provider(type: string): ClusterProvider;
  /** By resource type. */
  agentSandbox(type: string): AgentSandbox;
  connect(access: ClusterAccess): KubeClient;
}

/** What an undo needs to know of a run: a plan has it, and labels have it too. */
export type UndoTarget = Pick<Plan, 'owner' | 'cluster' | 'sandbox'>;

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

/** Takes one step back, whether or not it was done. Undo of something absent succeeds; a stranger's is left alone. */
export async function undoStep(
  world: UnwindWorld,
  target: UndoTarget,
  stepId: StepId,
  work: Work,
): Promise<void> {
  const provider = world.provider(target.cluster.provider);
  if (stepId === 'cluster') return unlessAnothers(() => provider.remove(target.cluster, target.owner, work));
  if ((await provider.describe(target.cluster, work)) === null) return;
  const kube = world.connect(await provider.credentials(target.cluster, work));
  try {
    await IN_CLUSTER[stepId](world.agentSandbox(target.sandbox.type), { kube, plan: target }, work);
  } finally {
    await kube.close();
  }
}

/** A stranger's cluster of the same name is none of ours: there is nothing to take back. */
async function unlessAnothers(remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}
