import { UnavailableError } from '../../domain/errors.ts';
import type { Owner } from '../../domain/names.ts';
import type { ClusterHandle, Leftover } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import type { KubeClient } from '../../kubernetes/kube-client.ts';
import type { OwnedCluster } from '../provider.ts';
import type { Hold } from './hold.ts';
import { deleteHold, HOLD, readHold } from './hold.ts';
import type { KnownRun } from './known-runs.ts';
import { CONTEXTS, forgetRun, knownRuns } from './known-runs.ts';
import { leftBehind } from './left-behind.ts';
import type { Place } from './place.ts';
import { locationOf, placeAt } from './place.ts';
import { holdOfHandle, refuseStranger } from './take-hold.ts';
import { withContext } from './with-context.ts';

/** What looking and removing need of the world. */
export interface ExistingClustersDeps {
  /** Which contexts runs of this machine have used is in `existing/` of it. */
  stateFolder: string;
  /** The worker's variables; `process.env` unless set. */
  env?: NodeJS.ProcessEnv;
}

/**
 * Who holds which cluster: of the contexts that runs of this machine have used, and of those that the worker's owner
 * names. A context that does not answer still tells of its run, and so does one where a run has left something and holds
 * it no more; with no lease that anybody could read. No sweep then touches it, and a teardown does, or says why not.
 */
export async function listHolds(deps: ExistingClustersDeps, work: Work): Promise<OwnedCluster[]> {
  const { stateFolder, env = process.env } = deps;
  const found = new Map<string, OwnedCluster>();
  const add = (location: string, hold: Hold | null) => {
    if (hold === null) return;
    // The same cluster by another context; the one that the run itself used comes first.
    if (found.has(hold.uid) && location !== hold.location) return;
    const { cluster: name, owner, runName, leaseUntilSeconds, home } = hold;
    const handle = { provider: 'existing', name, location };
    found.set(hold.uid, { handle, owner, runName, leaseUntilSeconds, home });
  };
  const ask = (location: string) =>
    withContext(placeAt(location), env, (kube) => readHold(kube, work.signal));
  /** Somebody may have deleted its Lease: what it made is there all the same. */
  const hasLeft = ({ handle: { location }, owner }: KnownRun) => {
    const place = placeAt(location);
    return withContext(
      place,
      env,
      async (kube) => (await leftBehind(kube, owner, place.context, work.signal)).length > 0,
    );
  };

  const runs = await knownRuns(stateFolder);
  for (const location of new Set(runs.map(({ handle }) => handle.location))) {
    const here = runs.filter((run) => run.handle.location === location);
    try {
      const hold = await ask(location);
      add(location, hold);
      for (const run of here)
        if (run.handle.name !== hold?.cluster && (await hasLeft(run)))
          found.set(run.handle.name, silent(run));
    } catch {
      work.signal.throwIfAborted();
      for (const run of here) found.set(run.handle.name, silent(run));
    }
  }
  for (const location of configured(env)) add(location, await ask(location));
  return [...found.values()];
}

const silent = (run: KnownRun): OwnedCluster => ({ ...run, leaseUntilSeconds: 0 });

function configured(env: NodeJS.ProcessEnv): string[] {
  const words = (env[CONTEXTS] ?? '').split(/\s+/).filter((word) => word !== '');
  return words.map((word) => locationOf(placeAt(word)));
}

/**
 * Lets go of the cluster, once nothing else in it carries the owner's label. The undos of what is in it come before;
 * what they could not take is named, and the cluster stays held, so that whoever comes next finds it.
 */
export async function letGo(
  { stateFolder, env = process.env }: ExistingClustersDeps,
  handle: ClusterHandle,
  owner: Owner,
  work: Work,
): Promise<void> {
  const place = placeAt(handle.location);
  const { context } = place;
  const released = await withContext(place, env, async (kube) => {
    const hold = holdOfHandle(await readHold(kube, work.signal), handle);
    if (hold !== null) refuseStranger(hold, owner, context);
    const left = await leftBehind(kube, owner, context, work.signal);
    if (left.length > 0) {
      throw new UnavailableError({
        object: `context ${context}`,
        what: `still held, for there is something of run ${hold?.runName ?? handle.name} in it: ${left.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`,
        next: 'trying again may help',
      });
    }
    if (hold !== null) await deleteHold(kube, hold, work.signal);
    return true;
  });
  if (released) await forgetRun(stateFolder, handle.name);
}

/** Everything that carries the owner's label: in the cluster of the handle, or in all that are known where none is given. */
export async function listLeft(
  deps: ExistingClustersDeps,
  owner: Owner,
  handle: ClusterHandle | undefined,
  work: Work,
): Promise<Leftover[]> {
  const { env = process.env } = deps;
  const locations =
    handle === undefined
      ? new Set([
          ...(await knownRuns(deps.stateFolder)).map((run) => run.handle.location),
          ...configured(env),
        ])
      : [handle.location];
  const found = new Map<string, Leftover>();
  for (const location of locations) {
    const place = placeAt(location);
    for (const { uid, ...left } of await withContext(place, env, (kube) => leftIn(kube, owner, place, work)))
      found.set(uid, left);
  }
  return [...found.values()];
}

async function leftIn(
  kube: KubeClient,
  owner: Owner,
  { context }: Place,
  { signal }: Work,
): Promise<(Leftover & { uid: string })[]> {
  const hold = await readHold(kube, signal);
  const left = await leftBehind(kube, owner, context, signal);
  if (hold?.owner !== owner) return left;
  const name = `${HOLD.namespace}/${HOLD.name}`;
  const detail = `by which the cluster of context ${context} is held`;
  return [...left, { kind: 'Lease', name, detail, uid: hold.uid }];
}
