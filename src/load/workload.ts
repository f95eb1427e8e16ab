import { durationMs } from '../domain/durations.ts';
import type { LoadSpec } from '../spec/load-schema.ts';

/** Spins one core for argv[1] seconds and exits 0. */
const PYTHON_BUSY =
  'import sys,time\nend=time.monotonic()+float(sys.argv[1])\nwhile time.monotonic()<end: pass';
const NODE_BUSY = 'const end=performance.now()+1000*Number(process.argv[1]);while(performance.now()<end);';

/**
 * The busy loop that is run inside each ready sandbox, or null for none. Sandbox images carry python3; where exec runs
 * on this very host instead (fake nodes), this Node does the same.
 */
export function workloadCommand(duration: string, execOnHost: boolean): string[] | null {
  const seconds = durationMs(duration) / 1000;
  if (seconds === 0) return null;
  return execOnHost
    ? [process.execPath, '-e', NODE_BUSY, String(seconds)]
    : ['python3', '-c', PYTHON_BUSY, String(seconds)];
}

/** What is run inside each ready sandbox: the user's own command, the busy loop, or null for nothing. */
export function commandOf(load: LoadSpec, execOnHost: boolean): string[] | null {
  return load.workloadCommand ?? workloadCommand(load.workloadDuration, execOnHost);
}

/** How long it may take by what the spec says, in milliseconds. */
export function workMs({ workloadCommand: command, workloadDuration, workloadTimeout }: LoadSpec): number {
  return durationMs(command === null ? workloadDuration : workloadTimeout);
}
