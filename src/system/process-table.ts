import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { UnavailableError } from '../domain/errors.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { identifyProcess, isAlive } from './process-identity.ts';

/** A process as the system's table shows it. What we may not read of others' processes is empty. */
export interface RunningProcess extends ProcessIdentity {
  /** Program and arguments. Where the system tells them only as one line, they are split at spaces. */
  args: readonly string[];
  /** `NAME=value` of each variable, with a zero byte (elsewhere than on Linux a space) between. */
  environment: string;
}

/** How long a process may take to end by itself, and how long the whole may take. */
const GRACE_MS = 1_000;
const TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** Every process of this machine but ourselves. */
export async function listProcesses(): Promise<RunningProcess[]> {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

/**
 * Ends what `find` finds until it finds nothing: SIGTERM, after the grace SIGKILL. Each is looked at again right before
 * it is signalled, because its number may have gone to another process. Throws `UnavailableError` naming what stays.
 * The number of those that were there.
 */
export async function endFound(
  find: () => Promise<RunningProcess[]>,
  signal: AbortSignal | null = null,
): Promise<number> {
  const startedMs = Date.now();
  const asked = new Set<string>();
  for (;;) {
    const found = await find();
    if (found.length === 0) return asked.size;
    signal?.throwIfAborted();
    const waitedMs = Date.now() - startedMs;
    if (waitedMs > TIMEOUT_MS) throw stillRunning(found);
    for (const one of found) {
      const key = `${one.pid} ${one.startedAtTicks}`;
      if (waitedMs >= GRACE_MS) send(one, 'SIGKILL');
      else if (!asked.has(key)) send(one, 'SIGTERM');
      asked.add(key);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/**
 * Ends the Temporal server and the worker of a dead session: `temporal` or Node processes whose arguments name the
 * session or a file in its folder. Nobody else's: an editor that has the folder open goes on. The number of those that
 * were there.
 */
export function endProcesses(folder: string, sessionId: string): Promise<number> {
  return endFound(async () => (await listProcesses()).filter((one) => servesSession(one, folder, sessionId)));
}

function servesSession({ args }: RunningProcess, folder: string, sessionId: string): boolean {
  const [program = '', ...rest] = args;
  if (!['temporal', 'node', basename(process.execPath)].includes(basename(program))) return false;
  return rest.some((arg) => arg === sessionId || arg === folder || arg.includes(`${folder}/`));
}

function send(process_: ProcessIdentity, name: 'SIGTERM' | 'SIGKILL'): void {
  if (!isAlive(process_)) return;
  try {
    process.kill(process_.pid, name);
  } catch {
    // It has just ended, or is not ours to end; the next look tells.
  }
}

function stillRunning(found: readonly RunningProcess[]): UnavailableError {
  return new UnavailableError({
    object: found.map(({ pid, args }) => `process ${pid} (${basename(args[0] ?? '?')})`).join(', '),
    what: 'still running after SIGKILL',
    next: 'see what it waits for (`ps -o stat,wchan -p PID`); trying again may help',
  });
}

function fromProc(): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const args = read(`/proc/${name}/cmdline`).split('\0').slice(0, -1);
      // Kernel threads and zombies have none: there is nothing to end.
      if (args.length === 0) return [];
      return [{ ...identifyProcess(Number(name)), args, environment: read(`/proc/${name}/environ`) }];
    });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** BSD's `e` puts the environment behind the arguments: one text serves as both. */
async function fromPs(): Promise<RunningProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['axeww', '-o', 'pid=,command='], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.+)$/.exec(line) ?? [];
    if (pid === undefined || command === undefined || Number(pid) === process.pid) return [];
    return [{ ...identifyProcess(Number(pid)), args: command.split(' '), environment: command }];
  });
}
