import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Plan, PlannedStep, StepId } from '../src/domain/plan.ts';
import type { StepEvent, StepRecord } from '../src/domain/progress.ts';
import { applyStepEvent, initialProgress } from '../src/domain/progress.ts';
import type { Stage } from '../src/domain/stages.ts';
import { stepsMarkdown } from '../src/domain/steps-markdown.ts';
import { describeError } from './errors.ts';

/** Values of the search attributes; the worker registers them with these types. */
interface Marks {
  SandtideStage: string;
  SandtideProvider: string;
  SandtideOutcome: string;
  SandtideLeaseEnd: Date;
}

/** Keeps the step records of a run or a guard and shows them where people look: details and search attributes. */
export class StepJournal {
  #records: StepRecord[];
  #stage: Stage | null = null;
  readonly #plan: Plan;
  readonly #searchAttributes: ReadonlySet<string>;

  /** `searchAttributes`: those that the server knows. */
  constructor(plan: Plan, searchAttributes: readonly string[] = []) {
    this.#plan = plan;
    this.#records = initialProgress(plan);
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
    this.mark({ SandtideStage: stage });
  }

  record(event: StepEvent): void {
    this.#records = applyStepEvent(this.#records, event);
    setCurrentDetails(stepsMarkdown(this.#records));
  }

  /** Runs one planned step and records how it went; the error goes on to the caller. */
  async run<T>(id: StepId, work: (step: PlannedStep) => Promise<T>): Promise<T> {
    const step = this.#plan.steps.find((planned) => planned.id === id);
    if (step === undefined) throw new Error(`no step ${id} in this plan`);
    this.record({ type: 'started', id, atMs: Date.now() });
    try {
      const result = await work(step);
      this.record({ type: 'done', id, atMs: Date.now() });
      return result;
    } catch (error) {
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
}
