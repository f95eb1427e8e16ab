import { rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { UNKNOWN_HOME } from '../cluster-home.ts';
import type { OwnedCluster } from '../provider.ts';
import { clusterFolder } from './cluster-folder.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { takeFromLost } from './cluster-lock.ts';
import { BrokenRecordError, clusterNames, hasRecord, readRecord } from './cluster-record.ts';

/** Every cluster of the state folder that is recorded, whoever's; folders of creates that never began are forgotten. */
export async function listClusters(stateFolder: string, signal: AbortSignal): Promise<OwnedCluster[]> {
  await forgetUnbegun(stateFolder, signal);
  const names = await clusterNames(stateFolder);
  const listed = await Promise.all(names.map((name) => listedAs(clusterFolder(stateFolder, name), name)));
  return listed.filter((cluster) => cluster !== null);
}

/**
 * Removes folders without a record that nobody works on: their create was cut off before it had started anything.
 * One that is being begun right now is not empty or has a lock, or its maker makes it again.
 */
async function forgetUnbegun(stateFolder: string, signal: AbortSignal): Promise<void> {
  for (const name of await clusterNames(stateFolder)) {
    const folder = clusterFolder(stateFolder, name);
    if (await hasRecord(folder)) continue;
    await takeFromLost(stateFolder, folder, signal);
    await rmdir(folder.root).catch(() => undefined);
  }
}

/** Null where nothing is recorded. A broken record tells nobody's: it is shown, and no sweep may touch it. */
async function listedAs(folder: ClusterFolder, name: string): Promise<OwnedCluster | null> {
  try {
    const record = await readRecord(folder);
    if (record === null) return null;
    const { handle, owner, runName, leaseUntilSeconds, home } = record;
    return { handle, owner, runName, leaseUntilSeconds, home };
  } catch (error) {
    if (!(error instanceof BrokenRecordError)) throw error;
    return {
      handle: { provider: 'local', name, location: `${hostname()}:${folder.record}` },
      owner: '',
      runName: '',
      leaseUntilSeconds: 0,
      home: UNKNOWN_HOME,
    };
  }
}
