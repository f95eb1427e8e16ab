import type { Asking, GuardState } from '../../src/domain/guarding.ts';
import { executionsAfter, leaseAfter, mayRelease, mustWait } from '../../src/domain/guarding.ts';
import type { Lease } from '../../src/domain/lease.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { StepEvent, StepRecord } from '../../src/domain/progress.ts';
import { applyStepEvent, initialProgress, nextUndo } from '../../src/domain/progress.ts';
import type { Story } from './machine.ts';
import { Process, when } from './machine.ts';
import type { Asker, ModelWorld, Outcome } from './model-world.ts';
import { TIMES } from './run-model.ts';

/** One run under the model's guard. */
export interface ModelEntry {
  plan: Plan;
  lease: Lease;
  state: GuardState;
  released: boolean;
  executions: string[];
  calls: number;
  retryAtMs: number | null;
}

export interface ModelWatch extends Asking {
  plan: Plan;
  lease: Lease;
  executionRunId: string;
  afterReset: boolean;
  extendToSeconds: number | null;
}

/** What the guard asks of Temporal. */
export interface GuardCalls {
  isOpen(owner: string): boolean;
  endRun(owner: string, how: 'cancel' | 'terminate'): void;
}

/** Faults planted in the guard: a model that finds nothing must have been able to. */
export interface GuardFaults {
  neverQuiet?: true;
  letsIn?: true;
}

/** The guard, as workflows/guard.ts tells it. */
export class ModelGuard {
  readonly entries = new Map<string, ModelEntry>();
  readonly #world: ModelWorld;
  readonly #calls: GuardCalls;
  readonly #faults: GuardFaults;
  readonly #asker: Asker = { name: 'runGuard/guard', goneAtMs: null };
  #processes: Process<unknown>[] = [];

  constructor(world: ModelWorld, calls: GuardCalls, faults: GuardFaults) {
    this.#world = world;
    this.#calls = calls;
    this.#faults = faults;
  }

  /** The answer to an Update `watch`, once there is one. */
  watch(request: ModelWatch): Process<Lease> {
    const process = new Process(this.#watch(request));
    this.#processes.push(process);
    return process;
  }

  release(owner: string, executionRunId: string): void {
    const entry = this.entries.get(owner);
    if (entry !== undefined && mayRelease(entry.executions, executionRunId)) entry.released = true;
  }

  /** True where it went on. */
  step(): boolean {
    const moved = this.#processes.filter((process) => process.step(this.#world.nowMs)).length > 0;
    this.#processes = this.#processes.filter(({ result }) => result === null);
    return moved;
  }

  *#watch(request: ModelWatch): Story<Lease> {
    if (request.afterReset) yield* this.#sleep(this.#faults.neverQuiet ? 0 : TIMES.quietMs);
    const waits = () => [...this.entries].some(([owner, entry]) => mustWait(request, { ...entry, owner }));
    yield when(() => this.#faults.letsIn === true || !waits(), {});
    const entry = this.entries.get(request.owner) ?? this.#take(request);
    Object.assign(entry, {
      lease: leaseAfter(entry.lease, request.lease, request.extendToSeconds),
      executions: executionsAfter(entry.executions, request.executionRunId),
      calls: entry.calls + 1,
    });
    return entry.lease;
  }

  #take({ owner, plan, lease }: ModelWatch): ModelEntry {
    const fresh = { state: 'watching', released: false, executions: [], calls: 0, retryAtMs: null } as const;
    const entry: ModelEntry = { plan, lease, ...fresh, executions: [] };
    this.entries.set(owner, entry);
    this.#processes.push(new Process(this.#keep(owner, entry)));
    return entry;
  }

  *#keep(owner: string, entry: ModelEntry): Story<void> {
    while (!entry.released) {
      if (entry.retryAtMs !== null) {
        const { calls } = entry;
        yield when(() => entry.released || entry.calls > calls, { atMs: entry.retryAtMs });
        Object.assign(entry, { retryAtMs: null, state: 'watching' });
      } else if (yield* this.#untilUnwound(owner, entry)) break;
      else Object.assign(entry, { state: 'incomplete', retryAtMs: this.#world.nowMs + TIMES.guardRetryMs });
    }
    this.entries.delete(owner);
  }

  *#untilUnwound(owner: string, entry: ModelEntry): Story<boolean> {
    do {
      entry.state = 'watching'; // a reset closes one execution and opens the next
      yield* this.#untilGoneOrReleased(owner, entry);
      if (entry.released) return true;
      entry.state = 'unwinding';
      yield* this.#sleep(this.#faults.neverQuiet ? 0 : TIMES.quietMs);
    } while (this.#calls.isOpen(owner));
    return yield* this.#unwind(owner, entry);
  }

  *#untilGoneOrReleased(owner: string, entry: ModelEntry): Story<void> {
    const over = () => entry.released || !this.#calls.isOpen(owner);
    while (!over()) {
      const { leaseUntilSeconds } = entry.lease;
      yield when(() => over() || entry.lease.leaseUntilSeconds !== leaseUntilSeconds, {
        atMs: leaseUntilSeconds * 1000,
      });
      if (over() || entry.lease.leaseUntilSeconds !== leaseUntilSeconds) continue;
      this.#calls.endRun(owner, 'cancel');
      yield when(over, { atMs: this.#world.nowMs + TIMES.teardownDeadlineMs });
      if (!over()) this.#calls.endRun(owner, 'terminate');
    }
  }

  *#unwind(owner: string, { plan }: ModelEntry): Story<boolean> {
    let records: readonly StepRecord[] = initialProgress(plan);
    const record = (event: StepEvent) => (records = applyStepEvent(records, event));
    for (let step = nextUndo(plan, records); step !== null; step = nextUndo(plan, records)) {
      const { id } = step;
      record({ type: 'undo-started', id, atMs: this.#world.nowMs });
      const undo = this.#world.undo(owner, id, this.#asker, () => null);
      const deadlineMs = TIMES.teardownDeadlineMs;
      const { value, atMs } = yield this.#world.activity(this.#asker, undo, { deadlineMs });
      const outcome = value as Outcome;
      record(
        outcome.ok ? { type: 'undone', id, atMs } : { type: 'undo-failed', id, atMs, detail: outcome.type },
      );
    }
    return this.#world.left(owner).length === 0 && records.every(({ state }) => state !== 'undo-failed');
  }

  *#sleep(ms: number): Story<void> {
    yield when(() => false, { atMs: this.#world.nowMs + ms });
  }
}
