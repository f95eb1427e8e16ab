import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { LogEntry } from '@temporalio/worker';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { sweepActivities } from '../../activities/sweep.ts';
import type { OwnerState } from '../../src/domain/sweep-decision.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { CLEANUP_TASK_QUEUE, RUN_TASK_QUEUE } from '../../workflows/messages.ts';
import { RecordingProvider, sweepWorldOf } from './recording-provider.ts';
import { bundleOf, silence, WORKFLOWS } from './run-environment.ts';

/** A real Temporal server and workers, with the sweep's own activities, whose provider only remembers. */
export class SweepEnvironment {
  /** Lines that workflows logged. */
  readonly logged: { message: string; meta: Record<string, unknown> }[] = [];
  readonly states = new Map<string, OwnerState>();
  provider = new RecordingProvider();
  env: NodeJS.ProcessEnv = {};
  server!: TestWorkflowEnvironment;
  #workers: { worker: Worker; ended: Promise<void> }[] = [];

  /** `identity`: what workers call themselves in histories; then nothing is logged. */
  async start({ identity }: { identity?: string } = {}): Promise<void> {
    if (identity === undefined)
      Runtime.install({ logger: new DefaultLogger('INFO', (entry) => this.#log(entry)) });
    else silence();
    const work = { signal: AbortSignal.timeout(600_000), progress: () => undefined };
    const { path } = await createToolchain().find('temporal', work);
    this.server = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path }, log: { format: 'pretty', level: 'never' } },
    });
    const shared = {
      connection: this.server.nativeConnection,
      ...(identity === undefined ? {} : { identity }),
    };
    const workflowBundle = await bundleOf(WORKFLOWS);
    const workers = [
      await Worker.create({ ...shared, taskQueue: RUN_TASK_QUEUE, workflowBundle }),
      await Worker.create({
        ...shared,
        taskQueue: CLEANUP_TASK_QUEUE,
        activities: sweepActivities(
          {
            ...sweepWorldOf(this.provider, this.states),
            provider: (type) => sweepWorldOf(this.provider).provider(type), // that of the test under way
          },
          this.env,
        ),
        maxHeartbeatThrottleInterval: '100ms',
      }),
    ];
    this.#workers = workers.map((worker) => ({ worker, ended: worker.run() }));
  }

  /** A test begins: a provider of its own, and nothing known of any owner but that it has ended. */
  with(provider: RecordingProvider, states: Record<string, OwnerState> = {}): RecordingProvider {
    this.provider = provider;
    this.states.clear();
    for (const [owner, state] of Object.entries(states)) this.states.set(owner, state);
    return provider;
  }

  get client() {
    return this.server.client;
  }

  async stop(): Promise<void> {
    for (const { worker } of this.#workers) worker.shutdown();
    await Promise.all(this.#workers.map(({ ended }) => ended));
    await this.server.teardown();
  }

  #log({ message, meta }: LogEntry): void {
    if (meta?.['sdkComponent'] === 'workflow') this.logged.push({ message, meta });
  }
}
