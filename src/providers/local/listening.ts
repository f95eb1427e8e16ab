import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TimedOutError, UnavailableError } from '../../domain/errors.ts';
import type { Work } from '../../domain/work.ts';
import type { ProcessIdentity } from '../../system/process-identity.ts';
import { isAlive } from '../../system/process-identity.ts';
import { lastLine } from './kwokctl.ts';

const TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** A process that is to listen soon. */
export interface Listener {
  name: string;
  port: number;
  process: ProcessIdentity;
  logFile: string;
}

/** Waits until the port answers. Throws `UnavailableError` with the log's last line where the process ends instead. */
export async function untilListening(listener: Listener, work: Work): Promise<void> {
  const { name, port, logFile } = listener;
  const deadlineMs = Date.now() + TIMEOUT_MS;
  while (!(await answers(port))) {
    work.signal.throwIfAborted();
    if (!isAlive(listener.process)) {
      throw new UnavailableError({
        object: name,
        what: `ended while it started: ${lastLine(await readFile(logFile, 'utf8').catch(() => ''))}`,
        next: 'trying again may help',
      });
    }
    if (Date.now() > deadlineMs) {
      throw new TimedOutError({
        object: name,
        what: `did not listen on 127.0.0.1:${port} within ${TIMEOUT_MS / 1000} s`,
        next: `read ${logFile}`,
      });
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
