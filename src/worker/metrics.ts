import type { Client } from '@temporalio/client';
import type { TelemetryOptions, Worker } from '@temporalio/worker';
import getPort from 'get-port';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { CLEANUP_TASK_QUEUE, RUN_TASK_QUEUE } from '../../workflows/messages.ts';
import type { ClaimMetrics } from '../metrics/claim-metrics.ts';
import { claimMetrics } from '../metrics/claim-metrics.ts';
import type { CleanupMetrics } from '../metrics/cleanup-metrics.ts';
import { cleanupMetrics } from '../metrics/cleanup-metrics.ts';
import type { Polling } from '../metrics/health.ts';
import { healthProblem } from '../metrics/health.ts';
import type { MetricsAddress } from '../metrics/metrics-server.ts';
import { serveMetrics } from '../metrics/metrics-server.ts';
import { runMetrics } from '../metrics/run-metrics.ts';
import { pollersOf } from '../system/pollers.ts';

/** What a scrape or a probe may cost: less than those who ask wait. */
const CALL_MS = 5_000;

/** A worker that has begun to poll. */
export interface PollingWorker {
  client: Client;
  workers: readonly Pick<Worker, 'getState'>[];
  identity: string;
  searchAttributes: readonly string[];
}

export interface WorkerMetrics {
  claims: ClaimMetrics;
  cleanup: CleanupMetrics;
  /** What the SDK has to be told. */
  telemetry: Pick<TelemetryOptions, 'metrics'>;
  /** From now on health is what Temporal sees of this worker, and runs are counted at each scrape. */
  polls(worker: PollingWorker): void;
  close(): Promise<void>;
}

/**
 * Metrics and health of this process, served at the address; counted all the same where that is null, for nothing. The
 * SDK's own exporter can only listen on a port of its own: it does so on loopback, and its text is passed on by ours.
 */
export async function openWorkerMetrics(
  address: MetricsAddress | null,
  logger: Logger,
): Promise<WorkerMetrics> {
  const registry = new Registry();
  const counted = { claims: claimMetrics(registry), cleanup: cleanupMetrics(registry) };
  if (address === null)
    return { ...counted, telemetry: {}, polls: () => undefined, close: () => Promise.resolve() };

  collectDefaultMetrics({ register: registry });
  const sdk = `127.0.0.1:${await getPort({ host: '127.0.0.1' })}`;
  let polling: Polling | null = null;
  const server = await serveMetrics(address, {
    registry,
    sdkMetrics: () => textOf(`http://${sdk}/metrics`),
    healthProblem: async () => (polling === null ? 'the worker is starting' : healthProblem(polling)),
  });
  logger.info({ metrics: `${server.address.host}:${server.address.port}` }, 'metrics and health are served');
  return {
    ...counted,
    telemetry: { metrics: { attachServiceName: false, prometheus: { bindAddress: sdk, ...NAMES } } },
    polls({ client, workers, identity, searchAttributes }) {
      const within = <T>(call: () => Promise<T>) => client.withDeadline(Date.now() + CALL_MS, call);
      const nowMs = Date.now;
      polling = {
        identity,
        queues: [
          { name: RUN_TASK_QUEUE, kind: 'workflow' },
          { name: RUN_TASK_QUEUE, kind: 'activity' },
          { name: CLEANUP_TASK_QUEUE, kind: 'activity' },
        ],
        states: () => workers.map((worker) => worker.getState()),
        pollers: (queue) => within(() => pollersOf(client, queue)),
        nowMs,
      };
      const count = async (query: string) => (await within(() => client.workflow.count(query))).count;
      runMetrics(registry, { count, searchAttributes, nowMs });
    },
    close: () => server.close(),
  };
}

/** Prometheus' own customs, so that names tell what they count. Dashboards and alert rules depend on them. */
const NAMES = { countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };

async function textOf(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(CALL_MS) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}
