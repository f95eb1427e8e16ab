import { hostname } from 'node:os';
import { UnavailableError } from '../../domain/errors.ts';
import type { Owner } from '../../domain/names.ts';
import type { ClusterHandle, Leftover } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import { connect } from '../../kubernetes/connect.ts';
import type { KubeClient } from '../../kubernetes/kube-client.ts';
import { UNKNOWN_HOME } from '../cluster-home.ts';
import { holdingCluster } from '../local/cluster-lock.ts';
import type { OwnedCluster } from '../provider.ts';
import { refuseStranger } from '../refuse-stranger.ts';
import type { KindRecord } from './cluster-record.ts';
import { kindFolder, kindFolders, readRecord, removeFolder } from './cluster-record.ts';
import type { KindProgram } from './kind-program.ts';
import { readInCluster } from './record-in-cluster.ts';

/** What looking and removing need of the world. */
export interface KindClustersDeps {
  kind: KindProgram;
  /** Clusters have a folder each in `kind/` of it. */
  stateFolder: string;
}

/** How every cluster of ours is called, its owner at the end. */
const OURS = /^st-[a-z0-9-]+-([0-9a-f]{10})$/;

/** Runs `act` with a client for the cluster, by the kubeconfig that kind gives at this moment. */
export async function withCluster<T>(
  { kind }: KindClustersDeps,
  name: string,
  work: Work,
  act: (kube: KubeClient) => Promise<T>,
): Promise<T> {
  const kube = connect({ kubeconfig: await kind.kubeconfig(name, work) });
  try {
    return await act(kube);
  } finally {
    await kube.close();
  }
}

/** Whose the cluster is: as noted on this machine, else as noted in the cluster; null where neither is to be had. */
export async function recordOf(deps: KindClustersDeps, name: string, work: Work): Promise<KindRecord | null> {
  const noted = await readRecord(kindFolder(deps.stateFolder, name));
  if (noted !== null) return noted;
  const clusters = await deps.kind.clustersIfAny(work);
  if (clusters === null || !clusters.includes(name)) return null;
  try {
    return await withCluster(deps, name, work, (kube) => readInCluster(kube, work.signal));
  } catch (error) {
    work.signal.throwIfAborted();
    // Half made: kind finds no control plane in it.
    if (error instanceof UnavailableError) return null;
    throw error;
  }
}

/** All clusters that are called as ours are, and those that were planned here. No kind on this machine, none of its. */
export async function listClusters(deps: KindClustersDeps, work: Work): Promise<OwnedCluster[]> {
  const standing = (await deps.kind.clustersIfAny(work)) ?? [];
  const names = new Set([
    ...standing.filter((name) => OURS.test(name)),
    ...(await kindFolders(deps.stateFolder)),
  ]);
  return Promise.all([...names].map(async (name) => listedAs(name, await recordOf(deps, name, work))));
}

/** Where nothing is noted the name still tells the owner; with no lease that could be read no sweep touches it. */
function listedAs(name: string, record: KindRecord | null): OwnedCluster {
  if (record !== null) {
    const { handle, owner, runName, leaseUntilSeconds, home } = record;
    return { handle, owner, runName, leaseUntilSeconds, home };
  }
  return {
    handle: { provider: 'kind', name, location: hostname() },
    owner: OURS.exec(name)?.[1] ?? '',
    runName: '',
    leaseUntilSeconds: 0,
    home: UNKNOWN_HOME,
  };
}

/** Deletes the owner's cluster and its folder. Absent is success, a stranger's is refused. */
export async function removeCluster(
  deps: KindClustersDeps,
  handle: ClusterHandle,
  owner: Owner,
  work: Work,
): Promise<void> {
  const { kind, stateFolder } = deps;
  const { name } = handle;
  const folder = kindFolder(stateFolder, name);
  const hasFolder = (await kindFolders(stateFolder)).includes(name);
  // What was made here stands on, whether or not its program can still be found.
  const isThere = async () =>
    (hasFolder ? await kind.clusters(work) : ((await kind.clustersIfAny(work)) ?? [])).includes(name);
  const refuse = async () => {
    const record = await recordOf(deps, name, work);
    if (record !== null) refuseStranger(handle, record.owner, owner);
  };
  await refuse();
  if (!(await isThere()) && !hasFolder) return;
  await holdingCluster(stateFolder, folder, work, async () => {
    await refuse();
    if (!(await isThere())) return removeFolder(folder);
    work.progress(`deleting cluster ${name}`);
    await kind.delete(name, folder.kubeconfig, work);
    if (await isThere()) {
      throw new UnavailableError({
        object: `cluster ${name}`,
        what: 'kind has deleted it and still lists it',
        next: 'trying again may help',
      });
    }
    return removeFolder(folder);
  });
}

/** The cluster, and the files about it. */
export async function listLeft(deps: KindClustersDeps, owner: Owner, work: Work): Promise<Leftover[]> {
  const standing = (await deps.kind.clustersIfAny(work)) ?? [];
  const folders = await kindFolders(deps.stateFolder);
  const owned = (await listClusters(deps, work)).filter((cluster) => cluster.owner === owner);
  return owned.flatMap(({ handle: { name } }) => [
    ...(standing.includes(name) ? [{ kind: 'cluster', name, detail: 'containers that kind lists' }] : []),
    ...(folders.includes(name)
      ? [
          {
            kind: 'folder',
            name: kindFolder(deps.stateFolder, name).root,
            detail: `files of cluster ${name}`,
          },
        ]
      : []),
  ]);
}
