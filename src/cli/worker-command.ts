import { Command } from 'commander';
import type { Logger } from 'pino';
import { createLogger } from '../system/logger.ts';
import { resolveTemporal } from '../system/temporal.ts';
import { addTemporalOptions } from './options.ts';
import { sweepDead } from './sweep-dead.ts';

interface WorkerOptions {
  address?: string;
  namespace?: string;
  session?: string;
  faults?: string;
}

/** `sandtide worker`: polls both task queues until it is told to stop. */
export function workerCommand(): Command {
  return addTemporalOptions(new Command('worker'))
    .description('Run a worker: it does the work of runs that anybody starts')
    .option('--session <id>', 'embedded session that this worker belongs to (set by sandtide itself)')
    .option('--faults <file>', 'network faults to try things with (default: SANDTIDE_FAULTS)')
    .action(async (options: WorkerOptions) => {
      const logger = createLogger();
      const stop = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM'] as const) {
        process.on(name, () => {
          logger.info({ signal: name }, 'shutting down: activities stop and are resumed by the next worker');
          stop.abort();
        });
      }
      let orphaned = false;
      process.on('disconnect', () => {
        orphaned = true;
        stop.abort();
      });
      try {
        await work(options, logger, stop.signal);
      } finally {
        // Whoever started us died without a word: nobody else may ever look, so we clear up what it leaves.
        if (orphaned && options.session !== undefined) await sweepDead((line) => logger.info(line));
        if (process.connected) process.disconnect(); // an open channel would keep a failed worker alive
      }
    });
}

async function work(options: WorkerOptions, logger: Logger, signal: AbortSignal): Promise<void> {
  const temporal = resolveTemporal(options);
  // Imported only here: every other command does without the native core and starts ten times as fast.
  const { runWorker } = await import('../worker.ts');
  await runWorker({
    temporal,
    baseFolder: process.cwd(),
    sessionId: options.session ?? null,
    ...(options.faults === undefined ? {} : { faultsFile: options.faults }),
    logger,
    signal,
    onReady: () => {
      logger.info({ address: temporal.address, namespace: temporal.namespace }, 'worker is polling');
      process.send?.('ready');
    },
  });
}
