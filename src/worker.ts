import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import type { WorkerOptions } from '@temporalio/worker';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Activities } from '../activities/index.ts';
import { createActivities } from '../activities/index.ts';
import type { ActivityDeps } from '../activities/deps.ts';
import { measured } from '../activities/measured.ts';
import { sweepActivities } from '../activities/sweep.ts';
import { CLEANUP_TASK_QUEUE, RUN_TASK_QUEUE, SANDTIDE_SWEEP } from '../workflows/messages.ts';
import { TemporalUnreachableError } from './domain/errors.ts';
import { openWorkerFaults } from './faults/worker-faults.ts';
import type { WorkerFaults } from './faults/worker-faults.ts';
import { connect } from './kubernetes/connect.ts';
import type { ClusterHome } from './providers/provider.ts';
import { createProviders, providerOf } from './providers/registry.ts';
import { createAgentSandboxTypes } from './sandbox/registry.ts';
import type { MetricsAddress } from './metrics/metrics-server.ts';
import { createAskOwner } from './system/owner-state.ts';
import { registerSearchAttributes } from './system/search-attributes.ts';
import { listSessions } from './system/sessions.ts';
import { stateFolder } from './system/state-folder.ts';
import { ensureSweepSchedule } from './system/sweep-schedule.ts';
import type { ResolvedTemporal } from './system/temporal.ts';
import { serverVersions, versions } from './system/versions.ts';
import { createToolchain } from './toolchain/create-toolchain.ts';
import type { SweepWorld } from './unwind/take-stock.ts';
import { openWorkerMetrics } from './worker/metrics.ts';
import type { WorkerMetrics } from './worker/metrics.ts';
import { contextOnLines, temporalLogger } from './worker/temporal-log.ts';

export interface RunWorkerOptions {
  temporal: ResolvedTemporal;
  /** Relative report folders start here. */
  baseFolder: string;
  /** Set where the Temporal server belongs to one process and dies with it. */
  sessionId: string | null;
  /** Network faults to try things with; `SANDTIDE_FAULTS` unless set. A bad file ends the worker before it starts. */
  faultsFile?: string;
  /** Where metrics and health are served; nowhere unless set. A port that is taken ends the worker before it starts. */
  metrics?: MetricsAddress;
  /** What tests put in the place of real things, for faults that no file of network faults can name. */
  changes?: WorkerChanges;
  logger: Logger;
  /** Aborted to shut down: activities get `shutdownGraceTime`, then stop and are resumed elsewhere. */
  signal: AbortSignal;
  onReady: () => void;
}

/** Each takes the real thing and returns what the worker then uses. */
export interface WorkerChanges {
  deps?: (real: ActivityDeps) => ActivityDeps;
  activities?: (real: Activities) => Activities;
  workflows?: Pick<WorkerOptions, 'workflowBundle'>;
}

/** Under which name Temporal knows this process: it and no other, a restarted container of the same name least of all. */
const WORKER_IDENTITY = `${process.pid}@${hostname()}/${randomBytes(4).toString('hex')}`;

/** The only place that builds real dependencies. Polls both task queues until the signal aborts. */
export async function runWorker(options: RunWorkerOptions): Promise<void> {
  const { logger } = options;
  const faults = await openWorkerFaults(options.faultsFile ?? process.env['SANDTIDE_FAULTS'], logger);
  try {
    const metrics = await openWorkerMetrics(options.metrics ?? null, logger);
    try {
      await pollWith(options, faults, metrics);
    } finally {
      await metrics.close();
    }
  } finally {
    await faults.close();
  }
}

async function pollWith(
  options: RunWorkerOptions,
  faults: WorkerFaults,
  metrics: WorkerMetrics,
): Promise<void> {
  const { temporal, logger, changes = {} } = options;
  Runtime.install({
    logger: temporalLogger(logger),
    telemetryOptions: {
      // The native core's lines too, or they would go past the log, and past what takes secrets out of it.
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...metrics.telemetry,
    },
    shutdownSignals: [],
  });
  const connection = await reach(temporal);
  try {
    const client = new Client({ connection, namespace: temporal.namespace });
    const searchAttributes = await registerSearchAttributes(client, temporal.namespace);
    // What a session owns ends with it, and whatever command comes next clears up after it.
    if (options.sessionId === null) await scheduleSweep(client, logger);
    const real = {
      ...realDeps(options, searchAttributes, faults, await serverVersions(client)),
      claimMetrics: metrics.claims,
    };
    const deps = changes.deps?.(real) ?? real;
    const activities = createActivities(deps);
    const shared: WorkerOptions = {
      connection,
      namespace: temporal.namespace,
      identity: WORKER_IDENTITY,
      activities: measured(
        {
          ...(changes.activities?.(activities) ?? activities),
          ...sweepActivities(sweepWorld(deps, temporal, client), process.env),
        },
        metrics.cleanup,
      ),
      interceptors: { activity: [(context) => ({ inbound: contextOnLines(context) })] },
      taskQueue: RUN_TASK_QUEUE,
      shutdownGraceTime: '10s', // the load finishes its journal lines; resumed by the next worker
      stickyQueueScheduleToStartTimeout: '2s', // how long a dead worker's sticky queue delays the next one
      maxHeartbeatThrottleInterval: '3s', // so that the live figures are live
    };
    const workers = [
      await Worker.create({ ...shared, ...(changes.workflows ?? workflowSource()) }),
      await Worker.create({ ...shared, taskQueue: CLEANUP_TASK_QUEUE }),
    ];
    const shutdown = () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    options.signal.addEventListener('abort', shutdown, { once: true });
    const running = Promise.all(workers.map((worker) => worker.run()));
    metrics.polls({ client, workers, identity: WORKER_IDENTITY, searchAttributes });
    options.onReady();
    if (options.signal.aborted) shutdown();
    await running;
  } finally {
    await connection.close();
  }
}

async function reach({ address, options }: ResolvedTemporal): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(options);
  } catch (cause) {
    throw new TemporalUnreachableError({
      what: `can't be reached (${cause instanceof Error ? cause.message : String(cause)})`,
      object: `Temporal at ${address}`,
      next: 'start the worker again when it is there; whatever runs workers should do so by itself',
      cause,
    });
  }
}

/** The bundle that `npm run build` made, or the sources, which the SDK bundles at start. */
function workflowSource(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const bundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  return existsSync(bundle)
    ? { workflowBundle: { codePath: bundle } }
    : { workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) };
}

function realDeps(
  { temporal, sessionId, baseFolder }: RunWorkerOptions,
  searchAttributes: string[],
  faults: WorkerFaults,
  server: Record<string, string>,
): ActivityDeps {
  const toolchain = createToolchain({});
  const home = (workflowId: string): ClusterHome =>
    sessionId === null
      ? { kind: 'temporal', address: temporal.address, namespace: temporal.namespace, workflowId }
      : { kind: 'embedded', sessionId, workflowId };
  const providers = createProviders({ toolchain, stateFolder: stateFolder(), home });
  const sandboxes = createAgentSandboxTypes({
    manifestsFolder: (version, work) => toolchain.agentSandboxManifests(version, work),
  });
  return {
    provider: (type) => providerOf(providers, type),
    agentSandbox: sandboxes,
    connect: (access) => connect(faults.through(access)),
    searchAttributes,
    baseFolder,
    host: hostname(),
    versions: { ...versions(), ...server, ...faults.versions },
    hostCommands: process.env['SANDTIDE_HOST_COMMANDS'] === '1',
    nowMs: Date.now,
  };
}

function sweepWorld(deps: ActivityDeps, temporal: ResolvedTemporal, client: Client): SweepWorld {
  const sessions = () => listSessions(stateFolder());
  return {
    provider: (type) => deps.provider(type),
    agentSandbox: (type) => deps.agentSandbox(type),
    connect: (access) => deps.connect(access),
    askOwner: () => createAskOwner({ temporal, client, sessions }),
    nowMs: () => deps.nowMs(),
  };
}

async function scheduleSweep(client: Client, logger: Logger): Promise<void> {
  const outcome = await ensureSweepSchedule(client, {
    workflowType: SANDTIDE_SWEEP,
    taskQueue: RUN_TASK_QUEUE,
  });
  if (outcome.kind === 'refused') {
    logger.warn(
      { error: outcome.message },
      'no schedule for the sweep; run `sandtide sweep --apply` now and then',
    );
  } else {
    logger.info({ schedule: outcome.kind }, 'the sweep is scheduled');
  }
}
