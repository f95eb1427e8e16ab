import { readFileSync } from 'node:fs';

/** A process told apart from a later one with the same number: pid and, where the system tells, its start. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot (Linux); null elsewhere. */
  startedAtTicks: string | null;
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startedAtTicks: startTicks(pid) };
}

export function isAlive({ pid, startedAtTicks }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, as somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // One that has ended and was not waited for yet is dead too, even if it was so when it was looked at first.
  return startedAtTicks === null || (startedAtTicks !== 'zombie' && startTicks(pid) === startedAtTicks);
}

/** Field 22 of /proc/<pid>/stat; the command in field 2 may hold spaces, so counting begins after its bracket. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'zombie' : (fields[19] ?? null);
  } catch {
    return null;
  }
}
