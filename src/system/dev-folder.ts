import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConflictError } from '../domain/errors.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { identifyProcess, isAlive } from './process-identity.ts';
import { endProcesses } from './process-table.ts';

/** The right to work with the dev server's database. */
export interface DevClaim {
  folder: string;
  release(): void;
}

/**
 * Claims the folder of `sandtide dev` for this process: two servers on one database would spoil it. The server of one
 * that was killed goes on by itself, on the port that the next one wants; it is ended.
 * @throws ConflictError where another one lives, naming its process
 */
export async function claimDevFolder(stateFolder: string): Promise<DevClaim> {
  const folder = join(stateFolder, 'dev');
  const file = join(folder, 'dev.json');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const holder = take(file);
  if (holder !== null) {
    if (isAlive(holder)) throw inUse(folder, holder);
    await endProcesses(folder, folder);
    rmSync(file, { force: true });
    const quicker = take(file);
    if (quicker !== null) throw inUse(folder, quicker);
  }
  return { folder, release: () => rmSync(file, { force: true }) };
}

/** Null where the file is ours now, else who has written it; a file that says nothing is a dead one's. */
function take(file: string): ProcessIdentity | null {
  try {
    writeFileSync(file, JSON.stringify(identifyProcess(process.pid)), { flag: 'wx', mode: 0o600 });
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return { pid: Number.NaN, startedAtTicks: null };
  }
}

function inUse(folder: string, { pid }: ProcessIdentity): ConflictError {
  return new ConflictError({
    object: folder,
    what: `another \`sandtide dev\` works with it (process ${pid})`,
    next: 'use that one, or stop it first; nothing was started',
  });
}
