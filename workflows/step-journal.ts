import { ContinueAsNew, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Plan, PlannedStep, StepId } from '../src/domain/plan.ts';
import type { StepEvent, StepRecord } from '../src/domain/progress.ts';
import { applyStepEvent, initialProgress } from '../src/domain/progress.ts';
import type { Stage } from '../src/domain/stages.ts';
import { stepsMarkdown } from '../src/domain/steps-markdown.ts';
import { describeError } from './errors.ts';

/** Values of the search attributes; the worker registers them with these types. */
interface Marks {
  SandtideStage: string;
  SandtideState: 'running' | 'held' | 'unwinding';
  /** What needs a person's eye; null takes it off again. */
  SandtideAlarm: string | null;
  SandtideProvider: string;
  SandtideOutcome: string;
  SandtideLeaseEnd: Date;
}

/** Keeps the step records of a run or a guard and shows them where people look: details and search attributes. */
export class StepJournal {
  #records: StepRecord[];
  #stage: Stage | null = null;
  #plan: Plan;
  readonly #notices = new Map<string, string>();
  readonly #searchAttributes: ReadonlySet<string>;

  /** `searchAttributes`: those that the server knows. `records`: of an execution before this one. */
  constructor(plan: Plan, searchAttributes: readonly string[] = [], records?: readonly StepRecord[]) {
    this.#plan = plan;
    this.#records = [...(records ?? initialProgress(plan))];
    this.#searchAttributes = new Set(searchAttributes);
    this.mark({
      SandtideProvider: plan.cluster.provider,
      SandtideLeaseEnd: new Date(plan.leaseUntilSeconds * 1000),
    });
  }

  get records(): readonly StepRecord[] {
    return this.#records;
  }

  /** The stage that was begun last; null before the first. */
  get stage(): Stage | null {
    return this.#stage;
  }

  begin(stage: Stage): void {
    this.#stage = stage;
    this.mark({ SandtideStage: stage, SandtideState: stage === 'teardown' ? 'unwinding' : 'running' });
  }

  record(event: StepEvent): void {
    this.#records = applyStepEvent(this.#records, event);
    this.#show();
  }

  /** Shows a text above the steps until it is taken off again by null. */
  notice(about: string, text: string | null): void {
    if (text === null) this.#notices.delete(about);
    else this.#notices.set(about, text);
    this.#show();
  }

  /** Titles of steps may change, their order and undos may not. */
  retitle(plan: Plan): void {
    this.#plan = plan;
    this.#records = this.#records.map((record) => ({
      ...record,
      title: plan.steps.find(({ id }) => id === record.id)?.title ?? record.title,
    }));
    this.#show();
  }

  /** The step at which a stage has failed waits; a stage that failed before its first step waits there. */
  hold(stage: Stage, detail: string): void {
    const steps = this.#records.filter((record) => record.stage === stage);
    const at =
      steps.find(({ state }) => state === 'failed') ?? steps.find(({ state }) => state === 'pending');
    if (at !== undefined) this.record({ type: 'held', id: at.id, atMs: Date.now(), detail });
  }

  /** Leaves out what is not done of a stage. */
  skip(stage: Stage, detail: string): void {
    for (const { id, state } of this.#records.filter((record) => record.stage === stage)) {
      if (state !== 'done') this.record({ type: 'skipped', id, atMs: Date.now(), detail });
    }
  }

  /** Runs one planned step and records how it went; the error goes on to the caller. */
  async run<T>(id: StepId, work: (step: PlannedStep) => Promise<T>): Promise<T> {
    const step = this.#plan.steps.find((planned) => planned.id === id);
    if (step === undefined) throw new Error(`no step ${id} in this plan`);
    // One that is running was begun by an execution which has continued as this one.
    if (this.#records.every((record) => record.id !== id || record.state !== 'running')) {
      this.record({ type: 'started', id, atMs: Date.now() });
    }
    try {
      const result = await work(step);
      this.record({ type: 'done', id, atMs: Date.now() });
      return result;
    } catch (error) {
      if (error instanceof ContinueAsNew) throw error;
      this.record({ type: 'failed', id, atMs: Date.now(), detail: describeError(error).message });
      throw error;
    }
  }

  /** Search attributes that the server does not know are left out: an upsert of one would wedge the run for ever. */
  mark(marks: Partial<Marks>): void {
    const known = Object.entries(marks).filter(([name]) => this.#searchAttributes.has(name));
    if (known.length === 0) return;
    upsertSearchAttributes(
      known.map(([name, value]) =>
        value instanceof Date
          ? { key: { name, type: 'DATETIME' }, value }
          : { key: { name, type: 'KEYWORD' }, value },
      ),
    );
  }

  #show(): void {
    setCurrentDetails([...this.#notices.values(), stepsMarkdown(this.#records)].join('\n\n'));
  }
}
