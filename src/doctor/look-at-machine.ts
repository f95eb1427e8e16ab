import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { stateFolder } from '../system/state-folder.ts';
import { resolveSetting } from '../toolchain/toolchain-setting.ts';
import type { Finding } from './finding.ts';
import { judgeFolder, judgeMemory, judgeNode } from './machine.ts';

/** Node, memory, and the folders that sandtide writes to. Makes none but its own state folder. */
export function lookAtMachine(env: NodeJS.ProcessEnv, reportFolder: string): Finding[] {
  return [
    judgeNode(process.version),
    judgeMemory(process.availableMemory(), availableParallelism()),
    folder('state folder', 'XDG_STATE_HOME', () => stateFolder(env)),
    folder('program cache', 'XDG_CACHE_HOME', () => resolveSetting({ env }).cache),
    folder('report folder', 'report.folder', () => resolve(reportFolder)),
  ];
}

function folder(check: string, what: string, find: () => string): Finding {
  let path = what;
  try {
    path = find();
    const there = nearestExisting(path);
    accessSync(there, constants.W_OK);
    const { bavail, bsize } = statfsSync(there);
    return judgeFolder(check, { path, what, free: bavail * bsize, why: null });
  } catch (error) {
    return judgeFolder(check, { path, what, free: null, why: (error as Error).message });
  }
}

/** The folder itself, or the one that it would be made in. */
function nearestExisting(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return nearestExisting(dirname(path));
  if (!found.isDirectory()) throw new Error(`${path} is no folder`);
  return path;
}
