import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Whether processes can be kept on one core: the machine has two, and the program that does it. */
function canPin(): boolean {
  return availableParallelism() > 1 && spawnSync('taskset', ['--version']).error === undefined;
}

/**
 * Another Node process with a message channel to this one, on the core of that number where that can be had. What it
 * prints goes to our stderr: stdout is for results.
 */
export function startPinned(
  script: string,
  args: string[],
  core: number | null,
  nodeArgs: string[] = [],
): ChildProcess {
  const command = [process.execPath, ...nodeArgs, script, ...args];
  const [program = '', ...rest] =
    core !== null && canPin() ? ['taskset', '-c', String(core), ...command] : command;
  return spawn(program, rest, { stdio: ['ignore', 2, 2, 'ipc'] });
}

/** Its next message; throws where it ends without one. */
export function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`${child.spawnargs.join(' ')} ended: ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as T);
    });
  });
}

export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
