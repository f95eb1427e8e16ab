import getPort from 'get-port';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { statusOf as runStatus } from '../../src/cli/follow-run.ts';
import type { RunProgress } from '../../workflows/messages.ts';
import { progressQuery } from '../../workflows/messages.ts';
import type { HeldStage } from '../../src/domain/held-stage.ts';
import { guardWorkflowId } from '../../src/domain/names.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { OwnHome, type Started } from './own-home.ts';
import { until } from './until.ts';

/** A run that is over soon and still has every stage. */
export const SMALL_SPEC = {
  provider: { type: 'local', pools: { general: { nodes: 1 }, sandbox: { nodes: 1 } } },
  agentSandbox: { warmPool: { replicas: 5 } },
  load: { qps: 5, duration: '5s', readyTimeout: '60s' },
  limits: { heartbeatTimeout: '3s' },
};

/** A worker or a stage takes seconds; on the busiest machine a control plane has taken minutes. */
const STAGES_MS = 240_000;

/** A home with a real Temporal server; runs are started by the Temporal CLI, workers as a test wants them. */
export class TemporalHome extends OwnHome {
  #temporal = '';
  address = '';
  #server: Started | null = null;
  #connection: Connection | null = null;
  client!: Client;

  /** For the dev server, beyond what it always is given. */
  serverArguments: string[] = [];

  async startServer(): Promise<void> {
    const work = { signal: AbortSignal.timeout(600_000), progress: () => undefined };
    this.#temporal = (await createToolchain().find('temporal', work)).path;
    this.address = `127.0.0.1:${await getPort({ host: '127.0.0.1' })}`;
    this.#server = this.#serve();
    this.#connection = await until('the Temporal server', () =>
      Connection.connect({ address: this.address, connectTimeout: '1s' }).catch(() => null),
    );
    this.client = new Client({ connection: this.#connection });
    writeFileSync(join(this.folder, 'small.json'), JSON.stringify(SMALL_SPEC));
    writeFileSync(
      join(this.folder, 'longer.json'),
      JSON.stringify({ ...SMALL_SPEC, load: { ...SMALL_SPEC.load, duration: '20s' } }),
    );
  }

  async killServer(): Promise<void> {
    this.#server?.child.kill('SIGKILL');
    await this.#server?.ended;
  }

  /** Kills the server, and starts it again on its database and at its address. */
  async restartServer(): Promise<void> {
    await this.killServer();
    this.#server = this.#serve();
    const answers = () => this.client.workflowService.getSystemInfo({}).catch(() => null);
    await until('the Temporal server', answers, { timeoutMs: STAGES_MS });
  }

  #serve(): Started {
    const port = this.address.split(':')[1] ?? '';
    return this.start(this.#temporal, [
      ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', port],
      ...['--db-filename', join(this.folder, 'temporal.db'), '--log-level', 'error'],
      ...this.serverArguments,
    ]);
  }

  async startWorker(...options: string[]): Promise<Started> {
    const worker = this.sandtide('worker', '--address', this.address, ...options);
    const polls = () => {
      if (worker.child.exitCode !== null) throw new Error(`the worker ended: ${worker.output()}`);
      return worker.output().includes('worker is polling') || null;
    };
    await until('the worker', polls, { timeoutMs: STAGES_MS });
    return worker;
  }

  /** `sandtide ARGS` on this server, to its end. */
  async run(...args: string[]): Promise<{ code: number | null; output: string }> {
    const command = this.sandtide(...args, '--address', this.address);
    return { code: await command.ended, output: command.output() };
  }

  /** `temporal ARGS`, to its end; its output. */
  async temporal(...args: string[]): Promise<string> {
    const command = this.start(this.#temporal, [...args, '--address', this.address]);
    await command.ended;
    return command.output();
  }

  /** Starts a run with nothing but the Temporal CLI. */
  startRun(name: string, inputFile = join(this.folder, 'small.json')): Promise<string> {
    return this.temporal(
      ...['workflow', 'start', '--task-queue', 'sandtide', '--type', 'sandboxRun'],
      ...['--workflow-id', name, '--input-file', inputFile],
    );
  }

  progress(name: string): Promise<RunProgress | null> {
    return this.client.workflow
      .getHandle(name)
      .query(progressQuery)
      .catch(() => null);
  }

  /** Until the step of that id is being done. */
  async untilRunning(name: string, stepId: string): Promise<void> {
    const seen = async () => {
      const step = (await this.progress(name))?.steps.find(({ id }) => id === stepId);
      if (step?.state === 'undone' || step?.state === 'skipped')
        throw new Error(`step ${stepId} was not seen running: it is ${step.state} already`);
      return step?.state === 'running' || null;
    };
    await until(`step ${stepId} of ${name}`, seen, { timeoutMs: STAGES_MS });
  }

  /** Until a stage of the run is held. */
  untilHeld(name: string): Promise<HeldStage> {
    const seen = async () => (await this.progress(name))?.hold ?? null;
    return until(`the hold of ${name}`, seen, { timeoutMs: STAGES_MS });
  }

  /** Until so many claims of the run are ready, as its heartbeats tell. */
  async untilReady(name: string, count: number): Promise<void> {
    const handle = this.client.workflow.getHandle(name);
    await until(
      `${count} ready claims of ${name}`,
      async () => ((await runStatus(handle))?.claims?.ready ?? 0) >= count || null,
    );
  }

  async statusOf(name: string): Promise<string> {
    return (await this.client.workflow.getHandle(name).describe()).status.name;
  }

  /** The status with which a run ends. */
  untilClosed(name: string, timeoutMs = STAGES_MS): Promise<string> {
    return until(
      `the end of ${name}`,
      async () => {
        const status = await this.statusOf(name);
        return status === 'RUNNING' ? null : status;
      },
      { timeoutMs, everyMs: 250 },
    );
  }

  untilGuardEnded(name: string): Promise<string> {
    return this.untilClosed(guardWorkflowId(name));
  }

  /** Processes and folders of clusters: server and worker are this test's own and stay. */
  clustersLeft(): string[] {
    return this.leftovers().filter((left) => /^local\/|kube-|etcd|kwok|agent-sandbox/.test(left));
  }

  async end(): Promise<void> {
    await this.#connection?.close();
    this.dispose();
  }
}
