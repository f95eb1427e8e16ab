import { readdir, rm, rmdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UnavailableError } from '../../domain/errors.ts';
import type { Owner } from '../../domain/names.ts';
import type { ClusterHandle, Leftover } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import { isPortTaken } from '../../system/port-taken.ts';
import { endFound, listProcesses } from '../../system/process-table.ts';
import type { ClusterProvider } from '../provider.ts';
import { clusterFolder, clustersFolder } from './cluster-folder.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import type { ClusterHold } from './cluster-lock.ts';
import { holdingCluster } from './cluster-lock.ts';
import { belongsTo, clusterProcesses } from './cluster-processes.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { clusterNames, listRecords, readRecord, readSoundRecord, writeRecord } from './cluster-record.ts';
import { listClusters } from './list-clusters.ts';
import { ignoreAbsent, isAbsent } from '../private-folder.ts';
import { refuseStranger } from '../refuse-stranger.ts';

/** The part of the provider that needs none of the control plane's programs, and so is always at hand. */
export function localClusters(stateFolder: string): Pick<ClusterProvider, 'list' | 'remove' | 'leftovers'> {
  return {
    list: (work) => listClusters(stateFolder, work.signal),
    remove: (handle, owner, work) => remove(stateFolder, handle, owner, work),
    leftovers: (owner) => leftovers(stateFolder, owner),
  };
}

async function remove(stateFolder: string, handle: ClusterHandle, owner: Owner, work: Work): Promise<void> {
  const folder = clusterFolder(stateFolder, handle.name);
  // The name tells the owner too: a run is never kept from its own by a record that is broken.
  const read = handle.name.endsWith(`-${owner}`) ? readSoundRecord : readRecord;
  const refuse = async () => {
    const record = await read(folder);
    if (record !== null) refuseStranger(handle, record.owner, owner);
  };
  await refuse();
  if (await isGone(folder)) return;
  await holdingCluster(stateFolder, folder, work, async (hold) => {
    await refuse();
    await unmake(hold, await readSoundRecord(folder));
    work.progress(`ending the processes of ${handle.name}`);
    await endFound(() => clusterProcesses(folder), work.signal);
    await removeFolder(folder);
  });
  const left = await leftoversOf(stateFolder, handle.name);
  if (left.length === 0) return;
  throw new UnavailableError({
    object: `cluster ${handle.name}`,
    what: `still there after its removal: ${left.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`,
    next: 'trying again may help',
  });
}

/**
 * From now on nothing in it is worth keeping. A removal that is cut off (its run was reset) leaves processes that were
 * told to end and still run: whoever takes the cluster for a whole one loses it a moment later.
 */
async function unmake(hold: ClusterHold, record: ClusterRecord | null): Promise<void> {
  if (record?.made !== true) return;
  try {
    await writeRecord(hold, { ...record, made: false });
  } catch (error) {
    // A full disk is no reason to leave the cluster.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

async function isGone(folder: ClusterFolder): Promise<boolean> {
  try {
    await readdir(folder.root);
    return false;
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  return (await clusterProcesses(folder)).length === 0;
}

/** The record goes last: whoever is cut off before leaves a cluster that is still listed, and can be removed. */
async function removeFolder(folder: ClusterFolder): Promise<void> {
  const kept = new Set([folder.record, folder.lock].map((path) => basename(path)));
  for (const name of await readdir(folder.root)) {
    if (!kept.has(name)) await rm(join(folder.root, name), { recursive: true, force: true, maxRetries: 5 });
  }
  await unlink(folder.record).catch(ignoreAbsent);
  await unlink(folder.lock).catch(ignoreAbsent);
  // Not empty any more: another run's create has found its name free.
  await rmdir(folder.root).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') ignoreAbsent(error);
  });
}

async function leftovers(stateFolder: string, owner: Owner): Promise<Leftover[]> {
  const records = await listRecords(stateFolder);
  const recorded = records.filter((record) => record.owner === owner);
  // A cluster that another run has taken over keeps its name.
  const anothers = new Set(
    records.filter((record) => record.owner !== owner).map(({ handle }) => handle.name),
  );
  // Folders and processes tell their owner by name too, with no record left.
  const named = (name: string) => name.endsWith(`-${owner}`) && !anothers.has(name);
  const folders = (await clusterNames(stateFolder)).filter(named);
  const parent = clustersFolder(stateFolder);
  const running = (await listProcesses()).flatMap(({ args, environment }) =>
    [...`${args[0] ?? ''}\0${environment}`.split(/[\0 =]/)].filter((word) => word.startsWith(`${parent}/`)),
  );
  const processes = running.map((path) => path.slice(parent.length + 1).split('/')[0] ?? '').filter(named);
  const names = new Set([...recorded.map(({ handle }) => handle.name), ...folders, ...processes]);
  return (await Promise.all([...names].map((name) => leftoversOf(stateFolder, name)))).flat();
}

/** Processes, the folder, and ports that are still listened on. */
async function leftoversOf(stateFolder: string, name: string): Promise<Leftover[]> {
  const folder = clusterFolder(stateFolder, name);
  const record = await readSoundRecord(folder);
  const processes = (await listProcesses())
    .filter((one) => belongsTo(folder.root, one))
    .map(({ pid, args }) => ({
      kind: 'process',
      name: String(pid),
      detail: `${basename(args[0] ?? '?')} of cluster ${name}`,
    }));
  const folders = (await clusterNames(stateFolder))
    .filter((there) => there === name)
    .map(() => ({ kind: 'folder', name: folder.root, detail: `files of cluster ${name}` }));
  const ports = Object.entries(record?.ports ?? {}).map(async ([use, port]) =>
    (await isPortTaken(port))
      ? [{ kind: 'port', name: `127.0.0.1:${port}`, detail: `${use} of cluster ${name}` }]
      : [],
  );
  return [...processes, ...folders, ...(await Promise.all(ports)).flat()];
}
