import { Command } from 'commander';
import type { Logger } from 'pino';
import { DEFAULT_METRICS_ADDRESS, parseMetricsAddress } from '../metrics/address.ts';
import { createLogger } from '../system/logger.ts';
import { resolveTemporal } from '../system/temporal.ts';
import { addTemporalOptions } from './options.ts';
import { sweepDead } from './sweep-dead.ts';
import { askHealth } from './worker-health.ts';

interface WorkerOptions {
  address?: string;
  namespace?: string;
  session?: string;
  faults?: string;
  metrics?: string | true;
  health?: true;
}

/** `sandtide worker`: polls both task queues until it is told to stop. */
export function workerCommand(): Command {
  return addTemporalOptions(new Command('worker'))
    .description('Run a worker: it does the work of runs that anybody starts')
    .option('--session <id>', 'embedded session that this worker belongs to (set by sandtide itself)')
    .option('--faults <file>', 'network faults to try things with (default: SANDTIDE_FAULTS)')
    .option(
      '--metrics [host:port]',
      `serve Prometheus metrics and health there (default: SANDTIDE_METRICS, else nowhere; without a value ${DEFAULT_METRICS_ADDRESS})`,
    )
    .option(
      '--health',
      'ask the worker that serves metrics there how it is, and end: 0 if Temporal sees it poll',
    )
    .action(async (options: WorkerOptions) => {
      if (options.health) return askHealth(metricsAddress(options) ?? DEFAULT_METRICS_ADDRESS);
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

function metricsAddress({ metrics }: WorkerOptions): string | undefined {
  if (metrics === true) return DEFAULT_METRICS_ADDRESS;
  return metrics ?? (process.env['SANDTIDE_METRICS'] || undefined);
}

async function work(options: WorkerOptions, logger: Logger, signal: AbortSignal): Promise<void> {
  const temporal = resolveTemporal(options);
  const metrics = metricsAddress(options);
  // Imported only here: every other command does without the native core and starts ten times as fast.
  const { runWorker } = await import('../worker.ts');
  await runWorker({
    temporal,
    baseFolder: process.cwd(),
    sessionId: options.session ?? null,
    ...(options.faults === undefined ? {} : { faultsFile: options.faults }),
    ...(metrics === undefined ? {} : { metrics: parseMetricsAddress(metrics) }),
    logger,
    signal,
    onReady: () => {
      logger.info({ address: temporal.address, namespace: temporal.namespace }, 'worker is polling');
      process.send?.('ready');
    },
  });
}
