import { randomBytes } from 'node:crypto';
import { link, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '../../domain/errors.ts';
import type { Work } from '../../domain/work.ts';
import type { ProcessIdentity } from '../../system/process-identity.ts';
import { identifyProcess, isAlive } from '../../system/process-identity.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { isAbsent, makePrivate } from '../private-folder.ts';
import { holdingState } from './state-lock.ts';

const LOOK_EVERY_MS = 100;
const SHOW_LIFE_EVERY_MS = 2_000;
/** A holder that has shown no life for so long stands still: a stopped process, a machine that slept. */
const FROZEN_MS = 12_000;

/** Where a cluster's lock is. */
type LockFolder = Pick<ClusterFolder, 'root' | 'lock'>;

/** The right to change a cluster, as long as `assertHeld` does not throw. */
export interface ClusterHold<F extends LockFolder = ClusterFolder> {
  readonly folder: F;
  /** Throws `UnavailableError` where another process has taken over meanwhile, because we stood still. */
  assertHeld(): Promise<void>;
}

/**
 * Runs `act` while nobody else on this machine changes the cluster. Whoever waits says so. A holder that died is
 * seen to be dead by its process, at once: after a `kill -9` nobody waits for a time-out.
 */
export async function holdingCluster<T, F extends LockFolder = ClusterFolder>(
  stateFolder: string,
  folder: F,
  work: Work,
  act: (hold: ClusterHold<F>) => Promise<T>,
): Promise<T> {
  const mine = JSON.stringify({ ...identifyProcess(process.pid), hold: randomBytes(8).toString('hex') });
  while (!(await take(folder, mine))) {
    work.signal.throwIfAborted();
    await takeFromLost(stateFolder, folder, work.signal);
    work.progress('waiting for another process that works on this cluster');
    await sleep(LOOK_EVERY_MS);
  }
  const showLife = () => void utimes(folder.lock, new Date(), new Date()).catch(() => undefined);
  const life = setInterval(showLife, SHOW_LIFE_EVERY_MS);
  const isHeld = async () => (await holder(folder)) === mine;
  try {
    return await act({ folder, assertHeld: async () => refuseLost(folder, await isHeld()) });
  } finally {
    clearInterval(life);
    // Removed with the cluster, perhaps, and another's by now.
    if (await isHeld()) await unlink(folder.lock).catch(() => undefined);
  }
}

function refuseLost(folder: LockFolder, held: boolean): void {
  if (held) return;
  throw new UnavailableError({
    object: folder.root,
    what: 'another process has taken over this cluster because this one stood still',
    next: 'leave it to the other',
  });
}

/** A link is made whole or not at all, and only where nothing is. */
async function take(folder: LockFolder, mine: string): Promise<boolean> {
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

/** One at a time, so that no two see the same lost holder and the slower takes the quicker one's lock away. */
export async function takeFromLost(
  stateFolder: string,
  folder: LockFolder,
  signal: AbortSignal,
): Promise<void> {
  if (!(await isLost(folder))) return;
  await holdingState(stateFolder, signal, async () => {
    if (await isLost(folder)) await unlink(folder.lock).catch(() => undefined);
  });
}

async function isLost(folder: LockFolder): Promise<boolean> {
  const held = await holder(folder);
  if (held === null) return false;
  if (!isAlive(identityIn(held))) return true;
  const shown = await stat(folder.lock).catch(() => null);
  return shown !== null && Date.now() - shown.mtimeMs > FROZEN_MS;
}

/** A lock is linked whole; one that says nothing was lost with the machine's power, and so was its holder. */
function identityIn(held: string): ProcessIdentity {
  try {
    return JSON.parse(held) as ProcessIdentity;
  } catch {
    return { pid: Number.NaN, startedAtTicks: null };
  }
}

async function holder(folder: LockFolder): Promise<string | null> {
  try {
    return await readFile(folder.lock, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
