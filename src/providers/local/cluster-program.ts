import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TimedOutError, UnavailableError } from '../../domain/errors.ts';
import type { Work } from '../../domain/work.ts';
import { startDetached } from '../../system/detached-process.ts';
import { listeningPorts } from '../../system/listening-ports.ts';
import type { ProcessIdentity } from '../../system/process-identity.ts';
import { identifyProcess, isAlive } from '../../system/process-identity.ts';
import { endFound } from '../../system/process-table.ts';
import type { ClusterHold } from './cluster-lock.ts';
import { clusterEnvironment, clusterProcesses } from './cluster-processes.ts';
import { lastLine } from './kwokctl.ts';

const TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** A program of ours beside the control plane. */
export interface ClusterProgram {
  /** Of its log too. */
  name: string;
  command: string[];
  /** It counts as started when it listens on all of them. */
  ports: number[];
  /** Variables besides those of every program of the cluster. */
  env?: Record<string, string>;
}

/** Starts the program as a process that goes on when we die, and belongs to the cluster. */
export async function startClusterProgram(
  hold: ClusterHold,
  { name, command, env }: ClusterProgram,
  work: Work,
): Promise<ProcessIdentity> {
  await hold.assertHeld();
  work.signal.throwIfAborted();
  const [program = '', ...args] = command;
  const started = startDetached(program, args, logFile(hold, name), {
    ipc: false,
    env: { ...env, ...clusterEnvironment(hold.folder) },
  });
  started.child.unref();
  return identifyProcess(started.pid);
}

/**
 * Ends processes of the cluster whose command begins so, recorded or not: whoever started one may have died before it
 * could write its number down.
 */
export async function endSame(
  { folder }: ClusterHold,
  beginning: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const isSame = (args: readonly string[]) => beginning.every((part, index) => args[index] === part);
  await endFound(async () => (await clusterProcesses(folder)).filter(({ args }) => isSame(args)), signal);
}

/** Waits until the process listens. Throws `UnavailableError` with its log's last line where it ends instead. */
export async function untilListening(
  hold: ClusterHold,
  { name, ports }: ClusterProgram,
  process_: ProcessIdentity,
  work: Work,
): Promise<void> {
  const deadlineMs = Date.now() + TIMEOUT_MS;
  while (!(await listens(process_, ports))) {
    work.signal.throwIfAborted();
    if (!isAlive(process_)) {
      const text = await readFile(logFile(hold, name), 'utf8').catch(() => '');
      throw new UnavailableError({
        object: name,
        what: `ended while it started: ${lastLine(text)}`,
        next: 'trying again may help',
      });
    }
    if (Date.now() > deadlineMs) {
      throw new TimedOutError({
        object: name,
        what: `does not listen on 127.0.0.1 port ${ports.join(', ')} after ${TIMEOUT_MS / 1000} s`,
        next: `read ${logFile(hold, name)}`,
      });
    }
    await sleep(LOOK_EVERY_MS);
  }
}

async function listens(process_: ProcessIdentity, ports: readonly number[]): Promise<boolean> {
  const known = listeningPorts(process_.pid);
  if (known !== null) return ports.every((port) => known.includes(port)) && isAlive(process_);
  const answers = await Promise.all(ports.map((port) => accepts(port)));
  return answers.every(Boolean) && isAlive(process_);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

function logFile({ folder }: ClusterHold, name: string): string {
  return join(folder.logs, `${name}.log`);
}
