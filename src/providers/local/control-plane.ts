import { access, chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UnavailableError } from '../../domain/errors.ts';
import type { Work } from '../../domain/work.ts';
import type { ProcessIdentity } from '../../system/process-identity.ts';
import { isAlive } from '../../system/process-identity.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import type { ClusterHold } from './cluster-lock.ts';
import { readComponents } from './cluster-processes.ts';
import { writeRecord } from './cluster-record.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { COMPONENTS } from './kwokctl-configuration.ts';
import { PortLostError, runKwokctl, whyNotStanding } from './kwokctl.ts';
import { preparePlane } from './prepare-plane.ts';
import type { PlaneDeps } from './prepare-plane.ts';

/** How often ports may be lost to others before it is somebody's fault. */
const MOST_PORT_TRIES = 4;
const LOOK_EVERY_MS = 250;

/** The components that do not run, by name. */
export function deadComponents({ processes }: ClusterRecord): string[] {
  return COMPONENTS.filter((name) => {
    const process_ = processes[name];
    return process_ === undefined || !isAlive(process_);
  });
}

/** Everything anew, on ports of its own: what an earlier create has left is ended and wiped first. */
export async function createPlane(
  deps: PlaneDeps,
  record: ClusterRecord,
  work: Work,
): Promise<ClusterRecord> {
  const { hold } = deps;
  const { folder } = hold;
  for (let tries = 1; ; tries += 1) {
    const reserved = await preparePlane(deps, record, work.signal);
    work.progress('starting the control plane');
    try {
      await runKwokctl(program(record, 'kwokctl'), 'create', folder, work);
      return await started(hold, reserved);
    } catch (error) {
      if (!(error instanceof PortLostError) || tries === MOST_PORT_TRIES) throw error;
      work.progress('a port was taken by somebody else; trying others');
    }
  }
}

/** Starts what has died, on the data and the ports that are there. */
export async function restartPlane(
  hold: ClusterHold,
  record: ClusterRecord,
  work: Work,
): Promise<ClusterRecord> {
  const { folder } = hold;
  const dead = deadComponents(record);
  work.progress(`starting ${dead.join(', ')} again`);
  // kwokctl takes any process of that number for its own.
  for (const name of dead) await rm(join(folder.plane, 'pids', `${name}.pid`), { force: true });
  await runKwokctl(program(record, 'kwokctl'), 'start', folder, work);
  return started(hold, record);
}

/** Whether what a restart needs is still there. */
export async function hasData(folder: ClusterFolder): Promise<boolean> {
  const needed = ['kwok.yaml', 'kubeconfig.yaml', 'pki/admin.key', 'etcd/member'];
  const found = await Promise.allSettled(needed.map((name) => access(join(folder.plane, name))));
  return found.every(({ status }) => status === 'fulfilled');
}

/** Runs `act`, which waits for something of the control plane, and ends it at once where a component dies instead. */
export async function whileStanding<T>(
  folder: ClusterFolder,
  record: ClusterRecord,
  work: Work,
  act: (work: Work) => Promise<T>,
): Promise<T> {
  const fallen = new AbortController();
  const look = setInterval(() => {
    if (deadComponents(record).length > 0) fallen.abort();
  }, LOOK_EVERY_MS);
  try {
    return await act({ ...work, signal: AbortSignal.any([work.signal, fallen.signal]) });
  } catch (error) {
    work.signal.throwIfAborted();
    throw fallen.signal.aborted ? await whyNotStanding(folder) : error;
  } finally {
    clearInterval(look);
  }
}

/** Closes what kwokctl leaves open to read, and writes down what runs now. */
async function started(hold: ClusterHold, record: ClusterRecord): Promise<ClusterRecord> {
  const { folder } = hold;
  const keys = join(folder.plane, 'pki');
  const files = (await readdir(keys)).map((name) => join(keys, name));
  for (const file of [...files, folder.kubeconfig, join(folder.plane, 'kwok.yaml')]) await chmod(file, 0o600);
  const processes: Record<string, ProcessIdentity> = {};
  for (const [name, alive] of Object.entries(await readComponents(folder))) {
    if (alive === null) throw await whyNotStanding(folder);
    processes[name] = alive;
  }
  return writeRecord(hold, { ...record, processes: { ...record.processes, ...processes } });
}

function program(record: ClusterRecord, name: string): string {
  const found = record.programs[name];
  if (found !== undefined) return found.path;
  throw new UnavailableError({
    object: `cluster ${record.handle.name}`,
    what: `its record names no ${name}`,
    next: 'remove it and create it again',
  });
}
