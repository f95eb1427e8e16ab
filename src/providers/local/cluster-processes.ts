import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../system/process-identity.ts';
import type { RunningProcess } from '../../system/process-table.ts';
import { listProcesses } from '../../system/process-table.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { ignoreAbsent } from '../private-folder.ts';

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

/**
 * The components that kwokctl has started so far, as its pid files say; null for one that runs no more, whatever has
 * its number now.
 */
export async function readComponents(folder: ClusterFolder): Promise<Record<string, ProcessIdentity | null>> {
  const pids = join(folder.plane, 'pids');
  const files = await readdir(pids).catch((error: unknown) => {
    ignoreAbsent(error);
    return [];
  });
  const numbers: [string, number][] = [];
  for (const file of files.filter((name) => name.endsWith('.pid'))) {
    const pid = Number(await readFile(join(pids, file), 'utf8').catch(() => ''));
    // 0: it is still being written.
    if (pid > 0) numbers.push([file.slice(0, -'.pid'.length), pid]);
  }
  // After the files: a process that was started in between would seem to be dead.
  const running = numbers.length === 0 ? [] : await clusterProcesses(folder);
  return Object.fromEntries(
    numbers.map(([component, number]) => {
      const found = running.find(({ pid }) => pid === number);
      return [component, found === undefined ? null : { pid: number, startedAtTicks: found.startedAtTicks }];
    }),
  );
}
