import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A program in a process group of its own, its output straight into a file: a Ctrl-C meant for us does not reach it,
 * and it goes on when we die. (Node's own spawn: execa puts pipes of ours in between.)
 */
export interface DetachedProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Settles when the process has ended, whoever ended it, or could not be started. */
  readonly exited: Promise<void>;
  /** SIGTERM, and SIGKILL after the grace. */
  readonly stop: (graceMs: number) => Promise<void>;
}

/** `env` is the whole environment of the program; without it the program gets ours. */
export function startDetached(
  program: string,
  args: readonly string[],
  logFile: string,
  options: { ipc: boolean; env?: NodeJS.ProcessEnv },
): DetachedProcess {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', log, log, options.ipc ? 'ipc' : 'ignore'],
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  closeSync(log);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async (graceMs: number) => {
    const grace = new AbortController();
    child.kill('SIGTERM');
    await Promise.race([exited, sleep(graceMs, undefined, { signal: grace.signal }).catch(() => undefined)]);
    grace.abort();
    child.kill('SIGKILL');
    await exited;
  };
  return { child, pid: child.pid ?? 0, exited, stop };
}
