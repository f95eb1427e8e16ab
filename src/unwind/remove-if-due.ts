import { ConflictError, UnavailableError } from '../domain/errors.ts';
import type { OwnedCluster } from '../domain/owned-cluster.ts';
import { decideSweep } from '../domain/sweep-decision.ts';
import type { Work } from '../domain/work.ts';
import { removeOwned } from './remove-owned.ts';
import type { SweepSettings } from './sweep-settings.ts';
import type { SweepWorld } from './take-stock.ts';
import { takeStock } from './take-stock.ts';

/** What became of a removal. `gone`: somebody else was quicker. `kept`: it is not due any more. */
export type RemovalOutcome = { kind: 'removed' } | { kind: 'gone' } | { kind: 'kept'; reason: string };

/** Which cluster is meant: name and owner, so that what was taken over since is not. */
export type RemovalSubject = Pick<OwnedCluster, 'handle' | 'owner'>;

/**
 * Removes one cluster that a sweep found to be due, if a fresh look at label, lease and owner still says so: since the
 * sweep, a reset may have opened the run again, an operator extended the lease, another run taken it over. Returns when
 * the provider says that nothing is left; else throws, to be tried again.
 */
export async function removeIfDue(
  world: SweepWorld,
  subject: RemovalSubject,
  settings: SweepSettings,
  work: Work,
): Promise<RemovalOutcome> {
  const { handle, owner } = subject;
  const { clusters, problems } = await takeStock(world, [handle.provider], work, (cluster) =>
    isSubject(cluster, subject),
  );
  const [problem] = problems;
  if (problem !== undefined) throw notAsked(handle.provider, problem.message);
  const [decision] = decideSweep(clusters, { ...settings, maxRemovals: 1, nowSeconds: world.nowMs() / 1000 });
  if (decision === undefined) return { kind: 'gone' };
  if (decision.action === 'keep') return { kind: 'kept', reason: decision.reason };
  work.progress(`removing ${handle.name}`);
  try {
    await removeOwned(world, decision.cluster, work);
  } catch (error) {
    if (error instanceof ConflictError) return { kind: 'kept', reason: error.message };
    throw error;
  }
  const left = await world.provider(handle.provider).leftovers(owner, work, handle);
  if (left.length === 0) return { kind: 'removed' };
  throw new UnavailableError({
    object: `cluster ${handle.name} (${handle.provider})`,
    what: `still there after its removal: ${left.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`,
    next: 'the next sweep tries again',
  });
}

function isSubject(cluster: OwnedCluster, { handle, owner }: RemovalSubject): boolean {
  return (
    cluster.owner === owner &&
    cluster.handle.name === handle.name &&
    cluster.handle.location === handle.location
  );
}

function notAsked(provider: string, message: string): UnavailableError {
  return new UnavailableError({
    object: `provider ${provider}`,
    what: `could not be asked: ${message}`,
    next: 'the next sweep tries again',
  });
}
