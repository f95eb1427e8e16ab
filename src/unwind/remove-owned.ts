import { UnworkableError } from '../domain/errors.ts';
import type { OwnedCluster } from '../domain/owned-cluster.ts';
import { STEP_IDS } from '../domain/plan.ts';
import type { SandboxNames } from '../domain/plan.ts';
import type { Work } from '../domain/work.ts';
import { AGENT_SANDBOX_TYPES } from '../spec/agent-sandbox-schema.ts';
import type { UnwindWorld } from './undo-step.ts';
import { undoStep } from './undo-step.ts';

/**
 * The unwind by labels alone, for whoever has no plan: all that the owner has in the cluster, last in first out, then
 * the cluster. Absent is success. Throws `ConflictError` where the cluster is another owner's by now.
 */
export async function removeOwned(world: UnwindWorld, cluster: OwnedCluster, work: Work): Promise<void> {
  const { handle, owner } = cluster;
  const provider = world.provider(handle.provider);
  // A throw-away cluster takes everything in it along.
  if (!provider.capabilities.disposable && (await provider.describe(handle, work)) !== null)
    for (const type of AGENT_SANDBOX_TYPES) await undoInside(world, cluster, type, work);
  await provider.remove(handle, owner, work);
}

/**
 * Goes on past an undo that fails and then throws its error: the cluster keeps its label as long as anything in it is
 * left, so that the next one finds it again.
 */
async function undoInside(
  world: UnwindWorld,
  { handle, owner }: OwnedCluster,
  type: string,
  work: Work,
): Promise<void> {
  const target = { owner, cluster: handle, sandbox: await namesOf(world, handle, owner, type, work) };
  const failures: unknown[] = [];
  for (const stepId of STEP_IDS.toReversed()) {
    if (stepId === 'cluster') continue;
    try {
      await undoStep(world, target, stepId, work);
    } catch (error) {
      work.signal.throwIfAborted();
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function namesOf(
  world: UnwindWorld,
  handle: OwnedCluster['handle'],
  owner: string,
  type: string,
  work: Work,
): Promise<SandboxNames> {
  const sandbox = world.agentSandbox(type);
  if (sandbox.namesByLabel === undefined) {
    throw new UnworkableError({
      object: `cluster ${handle.name} (${handle.provider})`,
      what: `agent-sandbox of type ${type} cannot be removed by labels alone`,
      next: 'have its run or guard take it down',
    });
  }
  const kube = world.connect(await world.provider(handle.provider).credentials(handle, work));
  try {
    return await sandbox.namesByLabel(kube, owner, work);
  } finally {
    await kube.close();
  }
}
