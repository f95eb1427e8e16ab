import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConflictError } from '../domain/errors.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { identifyProcess, isAlive } from './process-identity.ts';
import { endProcesses } from './process-table.ts';

/** The right to work with the dev server's database. */
export interface DevClaim {
  folder: string;
  /** Processes that one which was killed had left, and that are ended now. */
  ended: number;
  release(): void;
}

/**
 * Claims the folder of `sandtide dev` for this process: two servers on one database would spoil it. The server of one
 * that was killed goes on by itself, on the port that the next one wants; it is ended.
 * @throws ConflictError where another one lives, naming its process
 */
export async function claimDevFolder(stateFolder: string): Promise<DevClaim> {
  const folder = devFolder(stateFolder);
  const file = claimFile(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const release = () => rmSync(file, { force: true });
  const holder = take(file);
  if (holder === null) return { folder, ended: 0, release };
  if (isAlive(holder)) throw inUse(folder, holder);
  putAside(file);
  const quicker = take(file);
  if (quicker !== null) throw inUse(folder, quicker);
  try {
    return { folder, ended: await endProcesses(folder, folder), release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Ends the server that a killed `sandtide dev` has left, if there is one; the number of processes ended. */
export async function endDeadDev(stateFolder: string): Promise<number> {
  const holder = holderOf(claimFile(devFolder(stateFolder)));
  if (holder === null || isAlive(holder)) return 0;
  try {
    const claim = await claimDevFolder(stateFolder);
    claim.release();
    return claim.ended;
  } catch (error) {
    if (error instanceof ConflictError) return 0; // somebody was quicker
    throw error;
  }
}

const devFolder = (stateFolder: string) => join(stateFolder, 'dev');
const claimFile = (folder: string) => join(folder, 'dev.json');

/** Null where the file is ours now, else who has written it. */
function take(file: string): ProcessIdentity | null {
  try {
    writeFileSync(file, JSON.stringify(identifyProcess(process.pid)), { flag: 'wx', mode: 0o600 });
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return holderOf(file) ?? NOBODY;
}

/** Null where there is no such file; one that says nothing is a dead one's. */
function holderOf(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : NOBODY;
  }
}

const NOBODY: ProcessIdentity = { pid: Number.NaN, startedAtTicks: null };

/** Takes a dead one's claim away, but not that of somebody who was quicker: of several that try, one has an effect. */
function putAside(file: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const holder = holderOf(aside) ?? NOBODY;
  if (isAlive(holder)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

function inUse(folder: string, { pid }: ProcessIdentity): ConflictError {
  return new ConflictError({
    object: folder,
    what: `another \`sandtide dev\` works with it (process ${pid})`,
    next: 'use that one, or stop it first; nothing was started',
  });
}
