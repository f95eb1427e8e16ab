import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { guardWorkflowId } from '../../src/domain/names.ts';
import type { RunProgress } from '../../workflows/messages.ts';
import { progressQuery, RUN_TASK_QUEUE, SANDBOX_RUN } from '../../workflows/messages.ts';
import { until } from '../support/until.ts';
import { CellHome } from './cell-home.ts';
import { isReached } from './gates.ts';
import type { Place } from './places.ts';
import type { SetUp } from './row.ts';
import type { WorkerInput } from './worker-input.ts';

const { PENDING_ACTIVITY_STATE_STARTED } = proto.temporal.api.enums.v1.PendingActivityState;

/** A run that is over soon and still has every stage. */
const CELL_SPEC: Record<string, object> = {
  provider: { type: 'local', pools: { general: { nodes: 1 }, sandbox: { nodes: 1 } } },
  agentSandbox: { warmPool: { replicas: 5, readyTimeout: '30s' } },
  load: { qps: 5, total: 15, readyTimeout: '20s' },
  limits: { heartbeatTimeout: '2s', teardownDeadline: '20s' },
};

/** An activity that Temporal waits for. */
export interface Pending {
  activity: string;
  attempt: number;
  started: boolean;
}

/** One fault in one place: the run, the machine, and what a row does to them. */
export class Cell {
  readonly home = new CellHome();
  readonly runName = 'cell';
  readonly place: Place;
  readonly seed: number;
  readonly setUp: SetUp;
  readonly input: Partial<WorkerInput> & Pick<WorkerInput, 'workflowBundle' | 'gates' | 'gatesBehind'>;
  /** Cells are bounded in time; epoch milliseconds. */
  readonly deadlineMs: number;
  /** Of the run whose report counts. */
  firstRunId = '';
  notes: string[] = [];
  faultsFile: string | null = null;

  constructor(parts: { place: Place; seed: number; setUp: SetUp; workflowBundle: string; boundMs: number }) {
    this.place = parts.place;
    this.seed = parts.seed;
    this.setUp = parts.setUp;
    this.deadlineMs = Date.now() + parts.boundMs;
    const gates = { 'before create': ['createCluster'], 'between stages': ['installAgentSandbox'] };
    const gatesOfPlace = (gates as Partial<Record<Place, string[]>>)[parts.place] ?? [];
    this.input = {
      gates: gatesOfPlace,
      gatesBehind: [],
      workflowBundle: parts.workflowBundle,
      ...parts.setUp.input,
    };
  }

  get run(): WorkflowHandle {
    return this.home.client.workflow.getHandle(this.runName);
  }

  get guard(): WorkflowHandle {
    return this.home.client.workflow.getHandle(guardWorkflowId(this.runName));
  }

  get reportFolder(): string {
    return join(this.home.folder, 'runs', this.runName);
  }

  /** Server, worker and run. */
  async begin(): Promise<void> {
    await this.home.startServer();
    const { faults, before } = this.setUp;
    if (faults !== undefined) {
      this.faultsFile = join(this.home.folder, 'faults.json');
      writeFileSync(this.faultsFile, JSON.stringify(faults));
    }
    mkdirSync(join(this.home.folder, 'runs'), { recursive: true });
    await before?.(this);
    await this.startWorker();
    await this.startRun();
    this.firstRunId = (await this.run.describe()).runId;
  }

  startWorker() {
    return this.home.startWorker(this.input, this.faultsFile, this.setUp.workerThrough);
  }

  startRun(): Promise<WorkflowHandle> {
    const { executionTimeout } = this.setUp;
    return this.home.client.workflow.start(SANDBOX_RUN, {
      taskQueue: RUN_TASK_QUEUE,
      workflowId: this.runName,
      args: [this.spec()],
      ...(executionTimeout === undefined ? {} : { workflowExecutionTimeout: executionTimeout }),
    });
  }

  spec(): object {
    const changes = this.setUp.spec ?? {};
    const sections = new Set([...Object.keys(CELL_SPEC), ...Object.keys(changes)]);
    return Object.fromEntries(
      [...sections].map((section) => [section, { ...CELL_SPEC[section], ...changes[section] }]),
    );
  }

  /** Returns when the run is in the cell's place. */
  reach(): Promise<void> {
    const { gates, gatesBehind } = this.input;
    switch (this.place) {
      case 'before create':
      case 'between stages':
        return this.reachGate();
      case 'create-cluster':
        if (gatesBehind.includes('createCluster')) return this.reachGate();
        return this.arrival('a program of the control plane', () => this.pids('etcd').length > 0);
      case 'install-agent-sandbox':
        if (gates.length + gatesBehind.length > 0) return this.reachGate();
        return this.arrivalAt(this.seed % 2 === 0 ? 'installAgentSandbox' : 'installWorkload');
      case 'run-claims':
        if (gates.length + gatesBehind.length > 0) return this.reachGate();
        return this.arrival('the first claim that has ended', () => this.endedClaims() > 0);
      case 'unwind':
        return gates.length > 0 ? this.reachGate() : this.arrivalAt('undoStep');
    }
  }

  private async reachGate(): Promise<void> {
    const gates = [...this.input.gates, ...this.input.gatesBehind];
    await this.arrival(`the gate of ${gates.join(', ')}`, () =>
      gates.some((activity) => isReached(this.home.gateFolder, activity)),
    );
  }

  private arrivalAt(activity: string): Promise<void> {
    return this.arrival(activity, () => this.isPending(activity, 1));
  }

  /** A run that ends on the way never gets there. */
  private async arrival(what: string, ask: () => unknown): Promise<void> {
    let asked = 0;
    await this.until(what, async () => {
      if (await ask()) return true;
      asked += 1;
      if (asked % 25 === 0 && (await this.status()) !== 'RUNNING')
        throw new Error(`the run ended before ${what}`);
      return false;
    });
  }

  openGates(): void {
    this.home.openGates(this.input);
  }

  /** Waits for as long as the cell has. A question that can't be asked (no server) has no answer yet. */
  async until(what: string, ask: () => unknown, everyMs = 40): Promise<void> {
    await until(what, async () => Boolean(await ask()), {
      timeoutMs: Math.max(0, this.deadlineMs - Date.now()),
      everyMs,
    });
  }

  /** Until the run waits for an activity of that name which has begun, in that attempt or a later one. */
  untilPending(activity: string, attempt = 1, handle = this.run): Promise<void> {
    return this.until(`attempt ${attempt} of ${activity}`, () => this.isPending(activity, attempt, handle));
  }

  private async isPending(activity: string, attempt: number, handle = this.run): Promise<boolean> {
    const pending = await this.pending(handle);
    return pending.some((one) => one.activity === activity && one.attempt >= attempt && one.started);
  }

  async pending(handle = this.run): Promise<Pending[]> {
    const description = await handle.describe().catch(() => null);
    return (description?.raw.pendingActivities ?? []).map((one) => ({
      activity: one.activityType?.name ?? '',
      attempt: one.attempt ?? 1,
      started: one.state === PENDING_ACTIVITY_STATE_STARTED,
    }));
  }

  /** What the run says of itself; null where it doesn't answer. */
  progress(): Promise<RunProgress | null> {
    return this.run.query(progressQuery).catch(() => null);
  }

  /** Null where there is no such workflow, `RUNNING` while it is open. */
  async status(handle = this.run): Promise<string | null> {
    try {
      return (await handle.describe()).status.name;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      return 'RUNNING'; // nobody could say so: asked again
    }
  }

  async untilClosed(handle = this.run): Promise<void> {
    await this.until(
      `the end of ${handle.workflowId}`,
      async () => (await this.status(handle)) !== 'RUNNING',
    );
  }

  /** Processes of the cell whose program is called so. */
  pids(program: string): number[] {
    return this.home
      .processes()
      .filter(({ command }) => (command.split(' ')[0] ?? '').split('/').at(-1) === program)
      .map(({ pid }) => pid);
  }

  /** Claims that have ended, by the journal on disk. */
  endedClaims(): number {
    // As the worker sees it, which may have a file system of its own there.
    const root = `/proc/${this.home.worker.child.pid}/root`;
    const path = join(root, this.reportFolder, 'journal', 'window-0.jsonl');
    return existsSync(path) ? readFileSync(path, 'utf8').split('"ended"').length - 1 : 0;
  }
}
