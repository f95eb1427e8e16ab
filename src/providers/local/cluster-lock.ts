import { randomBytes } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Work } from '../../domain/work.ts';
import type { ProcessIdentity } from '../../system/process-identity.ts';
import { identifyProcess, isAlive } from '../../system/process-identity.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { isAbsent, makePrivate } from './cluster-record.ts';
import { holdingState } from './state-lock.ts';

const LOOK_EVERY_MS = 100;

/**
 * Runs `act` while nobody else on this machine changes the cluster. Whoever waits says so. A holder that died is
 * seen to be dead by its process, at once: after a `kill -9` nobody waits for a time-out.
 */
export async function holdingCluster<T>(
  stateFolder: string,
  folder: ClusterFolder,
  work: Work,
  act: () => Promise<T>,
): Promise<T> {
  const mine = JSON.stringify({ ...identifyProcess(process.pid), hold: randomBytes(8).toString('hex') });
  while (!(await take(folder, mine))) {
    work.signal.throwIfAborted();
    await takeFromDead(stateFolder, folder, work.signal);
    work.progress('waiting for another process that works on this cluster');
    await sleep(LOOK_EVERY_MS);
  }
  try {
    return await act();
  } finally {
    // Removed with the cluster, perhaps, and another's by now.
    if ((await holder(folder)) === mine) await unlink(folder.lock).catch(() => undefined);
  }
}

/** A link is made whole or not at all, and only where nothing is. */
async function take(folder: ClusterFolder, mine: string): Promise<boolean> {
  const written = `${folder.lock}.${randomBytes(4).toString('hex')}`;
  await makePrivate(folder.root);
  try {
    await writeFile(written, mine, { mode: 0o600 });
    await link(written, folder.lock);
    return true;
  } catch (error) {
    // The folder was removed under us, or there is a lock.
    if (isAbsent(error) || (error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(written).catch(() => undefined);
  }
}

/** One at a time, so that no two see the same dead holder and the slower takes the quicker one's lock away. */
async function takeFromDead(stateFolder: string, folder: ClusterFolder, signal: AbortSignal): Promise<void> {
  const isDead = async () => {
    const held = await holder(folder);
    return held !== null && !isAlive(JSON.parse(held) as ProcessIdentity);
  };
  if (!(await isDead())) return;
  await holdingState(stateFolder, signal, async () => {
    if (await isDead()) await unlink(folder.lock).catch(() => undefined);
  });
}

async function holder(folder: ClusterFolder): Promise<string | null> {
  try {
    return await readFile(folder.lock, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
