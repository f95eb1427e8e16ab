import { fileURLToPath } from 'node:url';
import { UnavailableError } from '../domain/errors.ts';
import { startDetached } from '../system/detached-process.ts';

export interface WorkerProcessOptions {
  address: string;
  namespace: string;
  sessionId: string | null;
  logFile: string;
  /** Absolute path. */
  faultsFile?: string;
}

/** A worker of our own, in a process beside us. It ends when we do: its IPC channel closes with us. */
export interface WorkerProcess {
  pid: number;
  /** Settles when the process has ended, whoever ended it. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

/** Starts a worker in a process group of its own (a Ctrl-C is ours to handle) and returns when it polls. */
export async function startWorkerProcess(
  options: WorkerProcessOptions,
  signal: AbortSignal,
): Promise<WorkerProcess> {
  const cli = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? '../cli.ts' : '../cli.js', import.meta.url),
  );
  const session = options.sessionId === null ? [] : ['--session', options.sessionId];
  const faults = options.faultsFile === undefined ? [] : ['--faults', options.faultsFile];
  const place = ['--address', options.address, '--namespace', options.namespace];
  const args = [cli, 'worker', ...place, ...session, ...faults];
  const {
    child,
    pid,
    exited,
    stop: end,
  } = startDetached(process.execPath, args, options.logFile, { ipc: true });
  const stop = () => end(20_000); // its own grace is 10 s
  const ready = new Promise<'ready'>((resolve) =>
    child.on('message', (message) => {
      if (message === 'ready') resolve('ready');
    }),
  );
  const first = await Promise.race([ready, exited.then(() => 'exited'), aborted(signal)]);
  if (first !== 'ready') {
    await stop();
    signal.throwIfAborted();
    throw new UnavailableError({
      what: 'ended while it started',
      object: 'the worker',
      next: `read ${options.logFile}`,
    });
  }
  return { pid, exited, stop };
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('aborted'), { once: true }));
}
