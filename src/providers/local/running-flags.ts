import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../system/process-identity.ts';
import { isAlive } from '../../system/process-identity.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { COMPONENTS } from './kwokctl-configuration.ts';

/** What is told goes into history and report: a control plane's programs have up to thirty, none of them long. */
const MOST_FLAGS = 60;
const MOST_CHARACTERS = 300;

/**
 * Arguments of the control plane's programs as they run, by program. Keys and credentials are files to them, so none is
 * secret; the cluster's folder is written `$CLUSTER`. What does not run, or runs where the system tells no arguments
 * (elsewhere than on Linux), is missing.
 */
export function runningFlags(
  { root }: ClusterFolder,
  { processes }: Pick<ClusterRecord, 'processes'>,
): Record<string, string[]> {
  const found: [string, string[]][] = [];
  for (const component of COMPONENTS) {
    const process_ = processes[component];
    const args = process_ === undefined ? [] : argumentsOf(process_);
    // Its version goes by the program's own name, too.
    const name = component === 'kwok-controller' ? 'kwok' : component;
    if (args.length > 0) found.push([name, bounded(args.map((arg) => arg.replaceAll(root, '$CLUSTER')))]);
  }
  return Object.fromEntries(found);
}

function argumentsOf(process_: ProcessIdentity): string[] {
  try {
    const line = readFileSync(`/proc/${process_.pid}/cmdline`, 'utf8');
    // Asked after it was read: the number may have gone to another process in between.
    return isAlive(process_) ? line.split('\0').slice(1, -1) : [];
  } catch {
    return [];
  }
}

function bounded(args: readonly string[]): string[] {
  const kept = args.slice(0, MOST_FLAGS).map((arg) => arg.slice(0, MOST_CHARACTERS));
  return args.length > MOST_FLAGS ? [...kept, `and ${args.length - MOST_FLAGS} more`] : kept;
}
