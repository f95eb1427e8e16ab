import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../system/process-identity.ts';
import { identifyProcess } from '../../system/process-identity.ts';
import type { RunningProcess } from '../../system/process-table.ts';
import { listProcesses } from '../../system/process-table.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { isAbsent } from './cluster-record.ts';

/**
 * In the environment of everything that is started for a cluster, and inherited by whatever that starts: so a process
 * is found even where nobody could write its number down, and a shell that merely stands in the folder is left alone.
 */
const MARK = 'SANDTIDE_CLUSTER';

/** The whole environment of a cluster's process: the mark, and nothing of ours that might be secret. */
export function clusterEnvironment(folder: ClusterFolder): Record<string, string> {
  return { [MARK]: folder.root, HOME: folder.root, TMPDIR: folder.root, PATH: '' };
}

/** Everything that was started for the cluster of that folder and still runs. */
export async function clusterProcesses(folder: ClusterFolder): Promise<RunningProcess[]> {
  return (await listProcesses()).filter((one) => belongsTo(folder.root, one));
}

/** By the mark; programs of the control plane also by their path, which lies in the folder. */
export function belongsTo(root: string, { args, environment }: RunningProcess): boolean {
  return environment.split(/[\0 ]/).includes(`${MARK}=${root}`) || args[0]?.startsWith(`${root}/`) === true;
}

/** The components that kwokctl has started so far, as its pid files say. */
export async function readComponents(folder: ClusterFolder): Promise<Record<string, ProcessIdentity>> {
  const pids = join(folder.plane, 'pids');
  const files = await readdir(pids).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  const components: Record<string, ProcessIdentity> = {};
  for (const file of files.filter((name) => name.endsWith('.pid'))) {
    const pid = Number(await readFile(join(pids, file), 'utf8').catch(() => ''));
    if (Number.isInteger(pid) && pid > 0) components[file.slice(0, -'.pid'.length)] = identifyProcess(pid);
  }
  return components;
}
