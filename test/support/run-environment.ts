import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkerOptions, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { bundleWorkflowCode, Runtime, Worker } from '@temporalio/worker';
import { execa } from 'execa';
import type { HeldStage } from '../../src/domain/held-stage.ts';
import { guardWorkflowId } from '../../src/domain/names.ts';
import { registerSearchAttributes } from '../../src/system/search-attributes.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import type { RunProgress } from '../../workflows/messages.ts';
import { CLEANUP_TASK_QUEUE, progressQuery, RUN_TASK_QUEUE, SANDBOX_RUN } from '../../workflows/messages.ts';
import { recordingActivities } from './recording-activities.ts';
import type { FakeSpec } from './recording-world.ts';
import { RecordingWorld } from './recording-world.ts';
import { SILENT } from './silent.ts';
import { until } from './until.ts';

const { ResetReapplyExcludeType } = proto.temporal.api.enums.v1;

export const WORKFLOWS = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));

/** A server that suggests to continue as new a hundred times earlier. */
export const EARLY_CONTINUE_AS_NEW = ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=40'];

export interface EnvironmentOptions {
  /** What is bundled; the project's own workflows where it is not given. */
  workflowsPath?: string;
  /** Arguments for the dev server. */
  serverArguments?: string[];
  /** What client and workers call themselves in histories; process and host where it is not given. */
  identity?: string;
}

/** A real Temporal server, and workers whose activities act on a recording world. */
export class RunEnvironment {
  readonly world = new RecordingWorld();
  readonly client: Client;
  /** The `temporal` program. */
  readonly temporal: string;
  readonly #server: TestWorkflowEnvironment;
  readonly #bundle: WorkflowBundleWithSourceMap;
  readonly #identity: { identity?: string };
  #workers: { worker: Worker; ended: Promise<void> }[] = [];

  private constructor(parts: {
    server: TestWorkflowEnvironment;
    temporal: string;
    bundle: WorkflowBundleWithSourceMap;
    identity: { identity?: string };
  }) {
    this.#server = parts.server;
    this.temporal = parts.temporal;
    this.#bundle = parts.bundle;
    this.#identity = parts.identity;
    this.client = new Client({ connection: parts.server.connection, ...parts.identity });
  }

  static async start({ workflowsPath = WORKFLOWS, serverArguments = [], identity }: EnvironmentOptions = {}) {
    silence();
    const work = { signal: AbortSignal.timeout(600_000), progress: () => undefined };
    const { path: temporal } = await createToolchain().find('temporal', work);
    const server = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: temporal },
        extraArgs: serverArguments,
        log: { format: 'pretty', level: 'never' },
      },
    });
    const environment = new RunEnvironment({
      server,
      temporal,
      bundle: await bundleOf(workflowsPath),
      identity: identity === undefined ? {} : { identity },
    });
    await registerSearchAttributes(environment.client, 'default');
    await environment.startWorkers();
    return environment;
  }

  get address(): string {
    return this.#server.address;
  }

  async startWorkers(): Promise<void> {
    const shared: WorkerOptions = {
      ...this.#identity,
      connection: this.#server.nativeConnection,
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

  /**
   * Resets the newest execution of a run, open or ended, to a workflow task: the first one unless given. Old Updates
   * come along, as they do unless `reapply` is false. The run id of the new execution.
   */
  async reset(run: WorkflowHandle, eventId = 3, from?: string, reapply = true): Promise<string> {
    const runId = from ?? (await run.describe()).runId;
    const answer = (await this.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: run.workflowId, runId },
      workflowTaskFinishEventId: eventId as unknown as null, // typed as a Long, which a number is good for
      requestId: `${runId}/reset to ${eventId}`,
      reason: 'by test',
      resetReapplyExcludeTypes: reapply ? [] : [ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE],
    })) as { runId: string };
    return answer.runId;
  }

  /** Event ids of the workflow tasks that an execution has worked on so far. */
  async workflowTasks(run: WorkflowHandle): Promise<number[]> {
    const { events } = await run.fetchHistory();
    return (events ?? []).flatMap(({ eventId, workflowTaskStartedEventAttributes: started }) =>
      started === null || started === undefined ? [] : [Number(eventId)],
    );
  }

  guard(runName: string): WorkflowHandle {
    return this.client.workflow.getHandle(guardWorkflowId(runName));
  }

  /** Run ids of all executions of that workflow id, the first one first. */
  async executionsOf(workflowId: string): Promise<string[]> {
    const { runId: newest } = await this.client.workflow.getHandle(workflowId).describe();
    const query = `WorkflowId = '${workflowId}'`;
    // What is listed lags a little behind what is.
    return until(`${newest} in the list`, async () => {
      const listed: { runId: string; startedMs: number }[] = [];
      for await (const { runId, startTime } of this.client.workflow.list({ query })) {
        listed.push({ runId, startedMs: startTime.getTime() });
      }
      const runIds = listed.sort((a, b) => a.startedMs - b.startedMs).map(({ runId }) => runId);
      return runIds.includes(newest) && runIds;
    });
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

  /** The hold that the run is in; waits for one of that number. */
  untilHeld(runName: string, number = 1): Promise<HeldStage> {
    return until(
      `hold ${number} of ${runName}`,
      async () => {
        const { hold } = await this.progress(runName).catch(() => ({ hold: null }));
        return hold?.number === number && hold;
      },
      { timeoutMs: 30_000 },
    );
  }

  /** Until the run (or whatever has that workflow id) is marked with that alarm; null: with none any more. */
  untilAlarm(workflowId: string, alarm: string | null): Promise<unknown> {
    return until(`the alarm ${alarm} of ${workflowId}`, async () => {
      const { typedSearchAttributes } = await this.client.workflow.getHandle(workflowId).describe();
      const found = typedSearchAttributes.getAll().find(({ key }) => key.name === 'SandtideAlarm');
      return (found?.value ?? null) === alarm;
    });
  }

  /** Runs a command as it is printed for people; its output. */
  async printed(command: string): Promise<string> {
    const { stdout } = await execa('sh', ['-c', command], {
      // No profile of whoever runs the tests.
      env: {
        PATH: `${dirname(this.temporal)}:/usr/bin:/bin`,
        XDG_CONFIG_HOME: '/nonexistent',
        TEMPORAL_ADDRESS: this.address,
      },
      extendEnv: false,
    });
    return stdout;
  }

  progress(runName: string): Promise<RunProgress> {
    return this.client.workflow.getHandle(runName).query(progressQuery);
  }

  async stop(): Promise<void> {
    await this.stopWorkers();
    await this.#server.teardown();
  }
}

let silent = false;

/** The SDK's own lines about what fails on purpose; once in a process. */
export function silence(): void {
  if (!silent) Runtime.install({ logger: SILENT, telemetryOptions: { logging: { filter: 'OFF' } } });
  silent = true;
}

export function bundleOf(workflowsPath: string): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({ workflowsPath, logger: SILENT });
}
