import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Work } from '../domain/work.ts';
import type { Session } from '../system/sessions.ts';
import { closeSession, openSession } from '../system/sessions.ts';
import { stateFolder } from '../system/state-folder.ts';
import { startTemporalServer } from '../system/temporal-server.ts';
import { createToolchain } from '../toolchain/create-toolchain.ts';
import { PROGRAMS } from '../toolchain/programs.ts';
import { startWorkerProcess } from './worker-process.ts';

/** A Temporal server and a worker that live as long as one command. */
export interface Embedded {
  address: string;
  namespace: string;
  uiUrl: string | null;
  /** Settles when the worker has ended though nobody stopped it. */
  readonly workerExited: Promise<void>;
  stop(): Promise<void>;
}

/** Gets all programs, then starts server and worker. Whatever fails on the way, what was started is stopped. */
export async function startEmbedded(logFolder: string, work: Work): Promise<Embedded> {
  const programs = await createToolchain({}).findAll(PROGRAMS, work);
  const session = openSession(stateFolder());
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo();
    closeSession(session);
  };
  try {
    return await start(session, programs['temporal']!.path, logFolder, work, stops, stop); // findAll finds all or throws
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  session: Session,
  temporal: string,
  logFolder: string,
  work: Work,
  stops: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Embedded> {
  mkdirSync(logFolder, { recursive: true });
  const namespace = 'default';
  const server = await startTemporalServer(
    {
      program: temporal,
      databaseFile: join(session.folder, 'temporal.db'),
      logFile: join(logFolder, 'temporal.log'),
      uiPort: 'free',
      namespace,
    },
    work,
  );
  stops.push(() => server.stop());
  work.progress('starting a worker');
  const worker = await startWorkerProcess(
    { address: server.address, namespace, sessionId: session.id, logFile: join(logFolder, 'worker.log') },
    work.signal,
  );
  stops.push(() => worker.stop());
  return { address: server.address, namespace, uiUrl: server.uiUrl, workerExited: worker.exited, stop };
}
