import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { readFaultsFile } from '../faults/read-faults.ts';
import { claimDevFolder } from '../system/dev-folder.ts';
import { stateFolder } from '../system/state-folder.ts';
import { setRetention } from '../system/retention.ts';
import { startTemporalServer } from '../system/temporal-server.ts';
import { createToolchain } from '../toolchain/create-toolchain.ts';
import { PROGRAMS } from '../toolchain/programs.ts';
import { refuseTakenPorts } from './dev-ports.ts';
import { Interrupted, Interrupts } from './interrupts.ts';
import { sameTemporal } from './options.ts';
import { inOneLine } from './tool-progress.ts';
import type { View } from './view.ts';
import { createView } from './view.ts';
import { startWorkerProcess } from './worker-process.ts';

/** Closed runs stay so long: reset, report and the guard's look-ups find nothing older. */
const RETENTION_DAYS = 30;
const NAMESPACE = 'default';
/** Where every command looks by itself. */
const DEFAULT_ADDRESS = '127.0.0.1:7233';

interface DevOptions {
  port: number;
  uiPort: number;
  faults?: string;
}

/** `sandtide dev`: Temporal with its database on disk, and a worker, until Ctrl-C. Runs survive a restart of it. */
export function devCommand(): Command {
  return new Command('dev')
    .description('Run a Temporal dev server that keeps its runs on disk, and a worker')
    .option('--port <number>', 'Temporal frontend', port, 7233)
    .option('--ui-port <number>', 'Temporal UI', port, 8233)
    .option('--faults <file>', 'network faults to try things with, examples/faults.yaml for instance')
    .action(async (options: DevOptions) => {
      const view = createView(process.stderr);
      const interrupts = new Interrupts();
      try {
        await serve(options, view, interrupts);
      } finally {
        interrupts.dispose();
        view.close();
      }
    });
}

async function serve(
  options: DevOptions,
  view: ReturnType<typeof createView>,
  interrupts: Interrupts,
): Promise<void> {
  // Refused here, before anything is started: the worker's own words would end up in its log.
  const faults = options.faults === undefined ? {} : { faultsFile: resolve(options.faults) };
  if (faults.faultsFile !== undefined) await readFaultsFile(faults.faultsFile);
  const stop = new AbortController();
  interrupts.listen(() => stop.abort(new Interrupted()));
  const claim = await claimDevFolder(stateFolder());
  try {
    // Now, and not by a server whose words end up in its log.
    await refuseTakenPorts(options);
    await serveIn(claim.folder, options, faults, view, stop.signal);
  } finally {
    claim.release();
  }
}

async function serveIn(
  folder: string,
  options: DevOptions,
  faults: { faultsFile?: string },
  view: View,
  stopped: AbortSignal,
): Promise<void> {
  const server = await inOneLine(stopped, async (work) => {
    const programs = await createToolchain({}).findAll(PROGRAMS, work);
    return startTemporalServer(
      {
        program: programs['temporal']!.path, // findAll finds all or throws
        databaseFile: join(folder, 'temporal.db'),
        logFile: join(folder, 'temporal.log'),
        port: options.port,
        uiPort: options.uiPort,
        namespace: NAMESPACE,
      },
      work,
    );
  });
  try {
    await setRetention(server.address, NAMESPACE, RETENTION_DAYS);
    const worker = await startWorkerProcess(
      {
        address: server.address,
        namespace: NAMESPACE,
        sessionId: null,
        logFile: join(folder, 'worker.log'),
        ...faults,
      },
      stopped,
    );
    try {
      view.note(
        `Temporal at ${server.address}, UI at ${server.uiUrl ?? 'none'}, worker log ${join(folder, 'worker.log')}`,
      );
      if (faults.faultsFile !== undefined) view.note(`NETWORK FAULTS ARE ON: ${faults.faultsFile}`);
      view.note(
        `start a run with \`sandtide run examples/smoke.yaml${server.address === DEFAULT_ADDRESS ? '' : sameTemporal(server)}\`; ` +
          'Ctrl-C stops server and worker, runs go on at the next start',
      );
      await Promise.race([
        new Promise((resolve) => stopped.addEventListener('abort', resolve, { once: true })),
        worker.exited,
        server.exited,
      ]);
      view.note('stopping');
    } finally {
      await worker.stop();
    }
  } finally {
    await server.stop();
  }
}

function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new InvalidArgumentError('a port is a whole number from 1 to 65535');
}
