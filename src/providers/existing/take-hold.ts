import { ConflictError, UnavailableError } from '../../domain/errors.ts';
import type { ClusterHandle, Plan } from '../../domain/plan.ts';
import { AlreadyExistsError } from '../../kubernetes/api-errors.ts';
import type { KubeClient } from '../../kubernetes/kube-client.ts';
import type { ClusterHome } from '../provider.ts';
import type { Hold } from './hold.ts';
import { createHold, deleteHold, HOLD, readHold } from './hold.ts';
import { leftBehind } from './left-behind.ts';

/** Two machines' clocks may differ by so much. */
const CLOCK_MARGIN_SECONDS = 5 * 60;

/** Who wants the cluster, and how it is called. */
export interface Taking {
  plan: Plan;
  home: ClusterHome;
  context: string;
}

/**
 * Holds the cluster for the run, which may do so already. One run at a time: two would want the same installation, and
 * two loads would measure each other. Throws `ConflictError` naming the run that holds it.
 */
export async function takeHold(kube: KubeClient, taking: Taking, signal: AbortSignal): Promise<void> {
  const found = await readHold(kube, signal);
  if (found !== null) {
    if (isHeldBy(found, taking.plan)) return;
    await dropAbandoned(kube, found, taking, signal);
  }
  try {
    await createHold(kube, taking.plan, taking.home, signal);
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
    // Another run was quicker, or another worker of this one, or our own first try.
    const winner = await readHold(kube, signal);
    if (winner === null) throw changing(taking.context);
    if (!isHeldBy(winner, taking.plan)) throw heldByAnother(winner, taking.context);
  }
}

/** The hold that was taken with that handle, whoever has it now; null where there is none (any more). */
export function holdOfHandle(hold: Hold | null, handle: ClusterHandle): Hold | null {
  return hold?.cluster === handle.name ? hold : null;
}

export function refuseStranger(hold: Hold, owner: string, context: string): void {
  if (hold.owner !== owner) throw heldByAnother(hold, context);
}

function isHeldBy(hold: Hold, { owner, cluster }: Plan): boolean {
  return hold.owner === owner && hold.cluster === cluster.name;
}

/** A hold whose lease is over, and whose run has nothing else left here, hinders nobody. */
async function dropAbandoned(
  kube: KubeClient,
  hold: Hold,
  { plan, context }: Taking,
  signal: AbortSignal,
): Promise<void> {
  const { owner, leaseUntilSeconds } = hold;
  const isOver = leaseUntilSeconds > 0 && Date.now() / 1000 > leaseUntilSeconds + CLOCK_MARGIN_SECONDS;
  if (!isOver || owner === plan.owner || (await leftBehind(kube, owner, context, signal)).length > 0)
    throw heldByAnother(hold, context);
  await deleteHold(kube, hold, signal);
}

function heldByAnother({ runName, owner, leaseUntilSeconds }: Hold, context: string): ConflictError {
  const until = leaseUntilSeconds > 0 ? new Date(leaseUntilSeconds * 1000).toISOString() : 'an unknown time';
  return new ConflictError({
    object: `context ${context}`,
    what: `run ${runName === '' ? '(unnamed)' : runName} (owner ${owner === '' ? 'unknown' : owner}) holds this cluster until ${until} (Lease ${HOLD.namespace}/${HOLD.name}); nothing was touched`,
    next: `wait for its end or cancel it; what a run that is gone has left is taken down by \`sandtide teardown ${owner}\``,
  });
}

function changing(context: string): UnavailableError {
  return new UnavailableError({
    object: `context ${context}`,
    what: `Lease ${HOLD.namespace}/${HOLD.name} comes and goes`,
    next: 'try again: another run is beginning or ending here',
  });
}
