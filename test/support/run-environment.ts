import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkerOptions, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { guardWorkflowId } from '../../src/domain/names.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import type { RunProgress } from '../../workflows/messages.ts';
import { CLEANUP_TASK_QUEUE, progressQuery, RUN_TASK_QUEUE, SANDBOX_RUN } from '../../workflows/messages.ts';
import { recordingActivities } from './recording-activities.ts';
import type { FakeSpec } from './recording-world.ts';
import { RecordingWorld } from './recording-world.ts';
import { until } from './until.ts';

export const WORKFLOWS = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));

/** Silent, because workflows and activities fail on purpose here. */
export const SILENT = new DefaultLogger('ERROR', () => undefined);

export interface EnvironmentOptions {
  /** What is bundled; the project's own workflows where it is not given. */
  workflowsPath?: string;
  /** Arguments for the dev server. */
  serverArguments?: string[];
}

/** A real Temporal server, and workers whose activities act on a recording world. */
export class RunEnvironment {
  readonly world = new RecordingWorld();
  readonly server: TestWorkflowEnvironment;
  readonly #bundle: WorkflowBundleWithSourceMap;
  #workers: { worker: Worker; ended: Promise<void> }[] = [];

  private constructor(server: TestWorkflowEnvironment, bundle: WorkflowBundleWithSourceMap) {
    this.server = server;
    this.#bundle = bundle;
  }

  static async start({ workflowsPath = WORKFLOWS, serverArguments = [] }: EnvironmentOptions = {}) {
    silence();
    const work = { signal: AbortSignal.timeout(600_000), progress: () => undefined };
    const { path } = await createToolchain().find('temporal', work);
    const server = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path },
        extraArgs: serverArguments,
        log: { format: 'pretty', level: 'never' },
      },
    });
    const environment = new RunEnvironment(server, await bundleOf(workflowsPath));
    await environment.startWorkers();
    return environment;
  }

  get client() {
    return this.server.client;
  }

  async startWorkers(): Promise<void> {
    const shared: WorkerOptions = {
      connection: this.server.nativeConnection,
      taskQueue: RUN_TASK_QUEUE,
      activities: recordingActivities(this.world),
      maxHeartbeatThrottleInterval: '100ms',
      stickyQueueScheduleToStartTimeout: '1s',
    };
    const workers = [
      await Worker.create({ ...shared, workflowBundle: this.#bundle }),
      await Worker.create({ ...shared, taskQueue: CLEANUP_TASK_QUEUE }),
    ];
    this.#workers = workers.map((worker) => ({ worker, ended: worker.run() }));
  }

  async stopWorkers(): Promise<void> {
    for (const { worker } of this.#workers) worker.shutdown();
    await Promise.all(this.#workers.map(({ ended }) => ended));
    this.#workers = [];
  }

  run(runName: string, spec: FakeSpec = {}): Promise<WorkflowHandle> {
    return this.client.workflow.start(SANDBOX_RUN, {
      taskQueue: RUN_TASK_QUEUE,
      workflowId: runName,
      args: [spec],
    });
  }

  /** Resets an open run to its first workflow task; the run id of the new execution. */
  async reset(run: WorkflowHandle): Promise<string> {
    const { runId } = await run.describe();
    const answer = (await this.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: run.workflowId, runId },
      workflowTaskFinishEventId: 4 as unknown as null, // typed as a Long, which a number is good for
      requestId: `${runId}/reset`,
      reason: 'by test',
    })) as { runId: string };
    return answer.runId;
  }

  guard(runName: string): WorkflowHandle {
    return this.client.workflow.getHandle(guardWorkflowId(runName));
  }

  async statusOf(workflowId: string): Promise<string> {
    return (await this.client.workflow.getHandle(workflowId).describe()).status.name;
  }

  /** The status with which the newest execution of that id ends. */
  untilClosed(workflowId: string): Promise<string> {
    return until(
      `the end of ${workflowId}`,
      async () => {
        const status = await this.statusOf(workflowId);
        return status !== 'RUNNING' && status;
      },
      { timeoutMs: 30_000 },
    );
  }

  untilGuardEnded(runName: string): Promise<string> {
    return this.untilClosed(guardWorkflowId(runName));
  }

  progress(runName: string): Promise<RunProgress> {
    return this.client.workflow.getHandle(runName).query(progressQuery);
  }

  async stop(): Promise<void> {
    await this.stopWorkers();
    await this.server.teardown();
  }
}

let silent = false;

/** The SDK's own lines about what fails on purpose; once in a process. */
function silence(): void {
  if (!silent) Runtime.install({ logger: SILENT, telemetryOptions: { logging: { filter: 'OFF' } } });
  silent = true;
}

export function bundleOf(workflowsPath: string): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({ workflowsPath, logger: SILENT });
}
