import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { UnavailableError } from '../../domain/errors.ts';
import type { Work } from '../../domain/work.ts';
import { PLANE } from './cluster-folder.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { clusterEnvironment, readComponents } from './cluster-processes.ts';

/** A port that was free when it was chosen was taken when it was to be bound: try again with others. */
export class PortLostError extends UnavailableError {}

/** A control plane answers in 3 to 6 seconds; on a machine that is busy building, in some more. */
const TIMEOUT_MS = 120_000;
const LOOK_EVERY_MS = 200;

/**
 * `kwokctl create cluster` or `start cluster`, until the API server answers. kwokctl itself waits for minutes where a
 * component has died, so its components are watched meanwhile. On abort kwokctl is ended, and what it has started
 * stays: whoever comes next finds it by its mark.
 */
export async function runKwokctl(
  program: string,
  verb: 'create' | 'start',
  folder: ClusterFolder,
  work: Work,
): Promise<void> {
  const stop = new AbortController();
  const stopped = AbortSignal.any([work.signal, stop.signal]);
  const log = { file: kwokctlLog(folder), append: true };
  const kwokctl = execa(program, [verb, 'cluster', ...argumentsOf(verb, folder)], {
    cwd: folder.root,
    env: { ...clusterEnvironment(folder), KWOK_WORKDIR: folder.kwok },
    extendEnv: false,
    stdin: 'ignore',
    stdout: log,
    stderr: log,
    reject: false,
    timeout: TIMEOUT_MS,
    cancelSignal: stopped,
    forceKillAfterDelay: 1_000,
  });
  const [result] = await Promise.all([kwokctl, untilOver(kwokctl, folder, stop)]);
  work.signal.throwIfAborted();
  if (result.exitCode !== 0 || stop.signal.aborted) throw await whyNotStanding(folder);
}

function argumentsOf(verb: 'create' | 'start', folder: ClusterFolder): string[] {
  const named = ['--name', PLANE, '--config', folder.kwokctlConfiguration];
  // An empty kubeconfig keeps it from writing into the user's own.
  return verb === 'create' ? [...named, '--kubeconfig', ''] : named;
}

/** Ends kwokctl as soon as a component of its has died. */
async function untilOver(
  kwokctl: Promise<unknown>,
  folder: ClusterFolder,
  stop: AbortController,
): Promise<void> {
  const ended = kwokctl.then(() => true);
  try {
    do {
      if ((await deadOnes(folder)).length > 0) stop.abort();
    } while (!(await Promise.race([ended, sleep(LOOK_EVERY_MS, false)])));
  } catch (error) {
    stop.abort();
    throw error;
  }
}

async function deadOnes(folder: ClusterFolder): Promise<string[]> {
  return Object.entries(await readComponents(folder)).flatMap(([name, alive]) =>
    alive === null ? [name] : [],
  );
}

/** Why a control plane does not stand, from the log of the first component that has died, or else from kwokctl's. */
export async function whyNotStanding(folder: ClusterFolder): Promise<UnavailableError> {
  const dead = await deadOnes(folder);
  const logs = dead.map((name) => join(folder.plane, 'logs', `${name}.log`));
  const texts = await Promise.all(
    [...logs, kwokctlLog(folder)].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const happened = {
    object: dead[0] ?? 'kwokctl',
    what: `the control plane does not stand: ${lastLine(texts[0] ?? '')}`,
    next: 'trying again may help',
  };
  const lost = texts.some((text) => text.includes('address already in use'));
  return lost ? new PortLostError(happened) : new UnavailableError(happened);
}

function kwokctlLog(folder: ClusterFolder): string {
  return join(folder.logs, 'kwokctl.log');
}

/** The last line that says something, cut to a readable length. */
export function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? 'it said nothing').slice(0, 500);
}
