import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import getPort from 'get-port';
import { UnavailableError } from '../domain/errors.ts';
import type { Work } from '../domain/work.ts';
import { startDetached } from './detached-process.ts';
import { listeningPorts } from './listening-ports.ts';

export interface TemporalServerOptions {
  /** The `temporal` program. */
  program: string;
  /** SQLite database; runs outlive the server in it. */
  databaseFile: string;
  logFile: string;
  /** Ports; free ones are taken where they are not given. A server without a UI port has no UI. */
  port?: number | undefined;
  uiPort?: number | 'free' | undefined;
  namespace: string;
}

export interface TemporalServer {
  address: string;
  uiUrl: string | null;
  pid: number;
  /** Settles when the process has ended, whoever ended it. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts Temporal's dev server on loopback, in a process group of its own, so that a Ctrl-C meant for us doesn't end
 * it before the unwind. Returns when it answers.
 */
export async function startTemporalServer(
  options: TemporalServerOptions,
  work: Work,
): Promise<TemporalServer> {
  const port = options.port ?? (await getPort({ host: '127.0.0.1' }));
  const uiPort = options.uiPort === 'free' ? await getPort({ host: '127.0.0.1' }) : options.uiPort;
  const server = startDetached(
    options.program,
    serverArguments({ ...options, port, uiPort }),
    options.logFile,
    { ipc: false },
  );
  const { exited } = server;
  const address = `127.0.0.1:${port}`;
  const stop = () => server.stop(3_000);
  try {
    await untilAnswering({ address, port, pid: server.pid }, exited, options.logFile, work);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address,
    uiUrl: uiPort === undefined ? null : `http://127.0.0.1:${uiPort}`,
    pid: server.pid,
    exited,
    stop,
  };
}

/** All addresses are loopback; the dev server's own defaults would open its UI and metrics there too. */
function serverArguments(
  options: TemporalServerOptions & { port: number; uiPort: number | undefined },
): string[] {
  return [
    'server',
    'start-dev',
    ...['--ip', '127.0.0.1', '--port', String(options.port)],
    ...(options.uiPort === undefined
      ? ['--headless']
      : ['--ui-ip', '127.0.0.1', '--ui-port', String(options.uiPort)]),
    ...['--db-filename', options.databaseFile, '--namespace', options.namespace],
    ...['--log-level', 'error', '--log-format', 'json'],
  ];
}

async function untilAnswering(
  { address, port, pid }: { address: string; port: number; pid: number },
  exited: Promise<void>,
  logFile: string,
  work: Work,
): Promise<void> {
  work.progress('starting the Temporal dev server');
  let ended = false;
  void exited.then(() => (ended = true));
  const deadline = Date.now() + 30_000;
  for (;;) {
    work.signal.throwIfAborted();
    if (ended || Date.now() > deadline) {
      throw new UnavailableError({
        what: ended
          ? 'the Temporal dev server ended while it started'
          : 'the Temporal dev server did not answer within 30 s',
        object: address,
        next: `read ${logFile}`,
      });
    }
    if (await answers(address, port, pid)) return;
    await sleep(100);
  }
}

/** Whether it is our own server that answers: another one on its port would be taken for it. */
async function answers(address: string, port: number, pid: number): Promise<boolean> {
  if (listeningPorts(pid)?.includes(port) === false) return false;
  try {
    const connection = await Connection.connect({ address, connectTimeout: '1s' });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}
