import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';
import { identifyProcess, isAlive } from './process-identity.ts';

/**
 * A process that brought its own Temporal server and worker (`sandtide run --embedded`). When it is dead, nobody will
 * ever resume its runs: what they own may be removed by any later command.
 */
export interface Session {
  id: string;
  folder: string;
  owner: ProcessIdentity;
}

const sessionsFolder = (stateFolder: string) => join(stateFolder, 'sessions');

/** Writes the session down before anything is started for it. */
export function openSession(stateFolder: string): Session {
  const id = `embedded-${randomBytes(5).toString('hex')}`;
  const folder = join(sessionsFolder(stateFolder), id);
  const making = join(sessionsFolder(stateFolder), `.${id}`);
  mkdirSync(making, { recursive: true, mode: 0o700 });
  const session = { id, folder, owner: identifyProcess(process.pid) };
  writeFileSync(join(making, 'session.json'), JSON.stringify(session), { mode: 0o600 });
  renameSync(making, folder); // whole or not at all: a sweep beside us must not take it for dead
  return session;
}

export function closeSession(session: Session): void {
  rmSync(session.folder, { recursive: true, force: true });
}

/** Sessions on this machine; one whose record cannot be read counts as dead. */
export function listSessions(stateFolder: string): (Session & { alive: boolean })[] {
  return names(sessionsFolder(stateFolder)).map((id) => {
    const folder = join(sessionsFolder(stateFolder), id);
    try {
      const session = JSON.parse(readFileSync(join(folder, 'session.json'), 'utf8')) as Session;
      return { ...session, id, folder, alive: isAlive(session.owner) };
    } catch {
      return { id, folder, owner: { pid: 0, startedAtTicks: null }, alive: false };
    }
  });
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}
