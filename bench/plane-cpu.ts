import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { listProcesses } from '../src/system/process-table.ts';

/** CPU seconds so far of each program that runs for clusters of this state folder, by its name; Linux alone tells them. */
export async function planeCpuSeconds(stateFolder: string): Promise<Record<string, number>> {
  const seconds: Record<string, number> = {};
  for (const { pid, args, environment } of await listProcesses()) {
    const ours = environment
      .split('\0')
      .some((entry) => entry.startsWith(`SANDTIDE_CLUSTER=${stateFolder}/`));
    if (!ours) continue;
    const program = basename(args[0] ?? '');
    seconds[program] = (seconds[program] ?? 0) + cpuSecondsOf(pid);
  }
  return seconds;
}

/** USER_HZ is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

function cpuSecondsOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields from the third on: the second is the name, which may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** What each program has used since `before`. */
export function cpuSince(
  before: Record<string, number>,
  now: Record<string, number>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(now).map(([program, seconds]) => [program, seconds - (before[program] ?? 0)]),
  );
}
