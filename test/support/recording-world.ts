import type { CollectedEvidence } from '../../src/domain/evidence.ts';
import type { LoadChange } from '../../src/domain/load-change.ts';
import type { Plan, StepId } from '../../src/domain/plan.ts';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { ForwardStage } from '../../src/domain/stages.ts';
import type { Work } from '../../src/domain/work.ts';
import type { RunLimits } from '../../workflows/limits.ts';
import type { Act } from '../model/rules.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError, UnworkableError } from '../../src/domain/errors.ts';
import { until } from './until.ts';

/** What is to go wrong in a run; comes in its spec, so that a test says it where it starts the run. */
export interface Faults {
  /** The step fails for good, after it took effect. */
  failAt?: StepId;
  /** It fails only so often; for ever where none is given. */
  failTimes?: number;
  /** The step takes effect and then goes on until it is told to stop, or let go. */
  hangAt?: StepId;
  /** Like `hangAt`, but it doesn't listen. */
  deafAt?: StepId;
  /** The first attempt takes effect and is never heard of again: its worker has died. */
  deadAt?: StepId;
  undoHangsAt?: StepId;
  /** The undo fails so often, then succeeds. */
  undoFails?: { at: StepId; times: number };
  /** Windows of a long load send for as long as they are to, by the clock; at once unless given. */
  slowWindows?: true;
  /** That window fails for good, so often. */
  failWindow?: { index: number; times: number };
  /** What the rules of what is watched say of a window. */
  watched?: { index: number; action: 'note' | 'hold' | 'abort' };
  noData?: true;
  /** Only the report finds that there is no data. */
  reportedNoData?: true;
  /** Nobody ever hears of the evidence again; or it fails. */
  evidence?: 'hangs' | 'fails';
  /** The report can't be written. */
  noReport?: true;
  /** How long each step and each undo takes; no time unless given. */
  actMs?: number;
}

/** The spec of a run in the recording world. */
export interface FakeSpec {
  faults?: Faults;
  limits?: Partial<RunLimits>;
  leaseSeconds?: number;
  leaseCapSeconds?: number;
  through?: ForwardStage;
  takeOver?: string;
  /** Whatever a test wants to see again. */
  mark?: string;
  /** Search attributes that `prepareRun` says are known. */
  searchAttributes?: string[];
  /** Makes `prepareRun` refuse it with these problems. */
  problems?: { path: string; message: string }[];
}

/** A window of a long load. Times in epoch milliseconds; null while it is under way. */
export interface SeenWindow {
  runName: string;
  index: number;
  fromMs: number;
  /** Counted from the start of the timeline, as it was told last. */
  untilMs: number | null;
  startedAtMs: number;
  begunMs: number;
  endedMs: number | null;
  /** Its activity is over, however it ended. */
  over: boolean;
  by: string;
  changes: readonly LoadChange[];
}

/** Who does something: which workflow execution asked for it, and whether its worker has died meanwhile. */
export interface Doer {
  by: string;
  worker: AbortSignal;
}

interface Entry extends Act {
  runName: string;
  owner: string;
}

/**
 * A world that only remembers: which steps took effect, which were undone, in which order, and whether ever two things
 * were done to one run at a time. Outlives the workers of a test, as a cloud does.
 */
export class RecordingWorld {
  readonly log: Entry[] = [];
  readonly reports: { runName: string; outcome: string }[] = [];
  /** Of which run evidence was gathered, and what of it stood then. */
  readonly evidence: { runName: string; standing: string[] }[] = [];
  /** What attempts were handed by the one before. */
  readonly resumed: { runName: string; resume: string }[] = [];
  /** What no order of events allows; empty is what one wants. */
  readonly violations: string[] = [];
  readonly #standing = new Set<string>();
  readonly #active = new Map<string, string>();
  readonly #faults = new Map<string, Faults>();
  readonly #undoFailures = new Map<string, number>();
  readonly #letGo = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #workers = new Map<string, AbortController>();
  /** Windows of long loads, in the order in which they were begun, with who asked for them. */
  readonly windows: SeenWindow[] = [];
  /** Leases that were written onto what stands, in order. */
  readonly leases: { runName: string; leaseUntilSeconds: number }[] = [];
  /** What each step that was begun was given. */
  readonly given: { runName: string; step: StepId; spec: FakeSpec; leaseUntilSeconds: number }[] = [];

  register(owner: string, faults: Faults): void {
    this.#faults.set(owner, faults);
  }

  faultsOf(plan: Plan): Faults {
    return this.#faults.get(plan.owner) ?? {};
  }

  async do(
    { plan, spec }: { plan: Plan; spec: unknown },
    step: StepId,
    work: Work,
    doer: Doer,
  ): Promise<void> {
    const { failAt, failTimes, hangAt, deafAt, actMs } = this.faultsOf(plan);
    await this.#alone(plan, `do ${step}`, async () => {
      work.signal.throwIfAborted();
      const { runName, leaseUntilSeconds } = plan;
      this.given.push({ runName, step, spec: spec as FakeSpec, leaseUntilSeconds });
      const missing = STEP_IDS.slice(0, STEP_IDS.indexOf(step)).filter(
        (before) => !this.#stands(plan, before),
      );
      if (missing.length > 0) this.violations.push(`${runName}: ${step} without ${missing.join(', ')}`);
      this.#note(plan, 'begin', step, doer);
      await takes(actMs, work, doer);
      this.#standing.add(`${plan.owner}/${step}`); // it took effect, whatever becomes of the answer
      await takes(actMs, work, doer);
      if (hangAt === step) await this.#hang(plan, work.signal);
      if (deafAt === step) await this.#hang(plan, null);
      if (failAt === step && this.#countFailure(plan) <= (failTimes ?? Infinity))
        throw new UnworkableError({ what: 'is to fail', object: step, next: 'look on' });
      this.#note(plan, 'do', step, doer);
    });
  }

  /** As `do`, up to the moment in which the worker dies. */
  async doAndDie(plan: Plan, step: StepId, doer: Doer): Promise<never> {
    this.#note(plan, 'begin', step, doer);
    this.#standing.add(`${plan.owner}/${step}`);
    await this.#hang(plan, null);
    throw new Error('the dead do not act');
  }

  /** Notes what stands meanwhile. */
  async gatherEvidence(plan: Plan): Promise<CollectedEvidence> {
    const { evidence } = this.faultsOf(plan);
    this.evidence.push({ runName: plan.runName, standing: this.left(plan.owner) });
    if (evidence === 'hangs') await this.#hang(plan, null);
    if (evidence === 'fails')
      throw new UnworkableError({ what: 'is blind', object: 'the looker-on', next: 'look' });
    return { host: 'here', folder: '/evidence', files: [{ name: 'events.txt', bytes: 1 }], problems: [] };
  }

  async undo(plan: Plan, step: StepId, work: Work, doer: Doer): Promise<void> {
    const { undoHangsAt, undoFails, actMs } = this.faultsOf(plan);
    const sending = this.windows.find(({ runName, over }) => runName === plan.runName && !over);
    if (sending !== undefined) this.violations.push(`undo ${step} while window ${sending.index} was sent`);
    await this.#alone(plan, `undo ${step}`, async () => {
      this.#note(plan, 'undo', step, doer);
      await takes(actMs, work, doer);
      if (undoHangsAt === step) await this.#hang(plan, work.signal);
      const failures = this.#undoFailures.get(plan.owner) ?? 0;
      if (undoFails?.at === step && failures < undoFails.times) {
        this.#undoFailures.set(plan.owner, failures + 1);
        this.#note(plan, 'undo-failed', step, doer);
        throw new UnavailableError({ what: 'cannot be undone now', object: step, next: 'wait' });
      }
      this.#standing.delete(`${plan.owner}/${step}`);
      this.#note(plan, 'undone', step, doer);
    });
  }

  /** What another owner has left becomes this one's, if the plan says so and it stands. */
  takeOver({ runName, owner, takenFrom }: Plan): void {
    if (takenFrom === null) return;
    const busy = this.#active.get(takenFrom.owner);
    if (busy !== undefined) this.violations.push(`${runName}: take over while ${busy}`);
    for (const thing of this.left(takenFrom.owner)) {
      this.#standing.delete(thing);
      this.#standing.add(thing.replace(takenFrom.owner, owner));
    }
  }

  /** Only what stands carries a lease. */
  renewLease({ runName, owner, leaseUntilSeconds }: Plan): void {
    if (this.left(owner).length > 0) this.leases.push({ runName, leaseUntilSeconds });
  }

  violationsOf(runName: string): string[] {
    return this.violations.filter((violation) => violation.startsWith(`${runName}: `));
  }

  /** Everything of that owner that still stands. */
  left(owner: string): string[] {
    return [...this.#standing].filter((thing) => thing.startsWith(`${owner}/`));
  }

  /** Everything of runs of that name that still stands. */
  leftOf(runName: string): string[] {
    return this.owners(runName).flatMap((owner) => this.left(owner));
  }

  owners(runName: string): string[] {
    return [...new Set(this.log.filter((entry) => entry.runName === runName).map(({ owner }) => owner))];
  }

  /** The steps to which that happened in runs of that name, in order. */
  steps(runName: string, what: Entry['what']): StepId[] {
    return this.log
      .filter((entry) => entry.runName === runName && entry.what === what)
      .map(({ step }) => step);
  }

  untilBegun(runName: string, step: StepId): Promise<unknown> {
    return until(`step ${step} of ${runName}`, () => this.steps(runName, 'begin').includes(step), QUICKLY);
  }

  untilUndoing(runName: string, step: StepId, times = 1): Promise<unknown> {
    return until(
      `undo ${times} of ${step} of ${runName}`,
      () => this.steps(runName, 'undo').filter((seen) => seen === step).length >= times,
      QUICKLY,
    );
  }

  /** Ends whatever hangs in runs of that name, now and later. */
  letGo(runName: string): void {
    this.#letGo.add(runName);
  }

  /** The worker that does something of that owner now, if there is one, is never heard of again. */
  killWorkerOf(owner: string): void {
    this.#workers.get(owner)?.abort(new Error('killed'));
    this.#workers.delete(owner);
  }

  /** Aborts when the worker that acts for that owner now is killed. */
  workerOf({ owner }: Plan): AbortSignal {
    const worker = this.#workers.get(owner) ?? new AbortController();
    this.#workers.set(owner, worker);
    return worker.signal;
  }

  /** From now on nothing of that owner fails or hangs. */
  heal(owner: string): void {
    this.#faults.set(owner, {});
  }

  async #hang(plan: Plan, signal: AbortSignal | null): Promise<void> {
    await until(
      `${plan.runName} to be let go`,
      () => this.#letGo.has(plan.runName) || signal?.aborted === true,
      {
        ...QUICKLY,
        timeoutMs: 120_000,
      },
    );
    signal?.throwIfAborted();
  }

  async #alone(plan: Plan, act: string, body: () => Promise<void>): Promise<void> {
    const other = this.#active.get(plan.owner);
    if (other !== undefined) this.violations.push(`${plan.runName}: ${act} while ${other}`);
    this.#active.set(plan.owner, act);
    try {
      await body();
    } finally {
      this.#active.delete(plan.owner);
    }
  }

  #stands({ owner }: Plan, step: StepId): boolean {
    return this.#standing.has(`${owner}/${step}`);
  }

  #countFailure({ owner }: Plan): number {
    const failures = (this.#failures.get(owner) ?? 0) + 1;
    this.#failures.set(owner, failures);
    return failures;
  }

  #note(plan: Plan, what: Entry['what'], step: StepId, { by }: Doer): void {
    this.log.push({ runName: plan.runName, owner: plan.owner, what, step, by });
  }
}

/** Half of what an act takes; ends early, without any effect, where it is told to stop or its worker dies. */
async function takes(actMs: number | undefined, { signal }: Work, { worker }: Doer): Promise<void> {
  if (actMs === undefined) return;
  await sleep(actMs / 2, undefined, { signal: AbortSignal.any([signal, worker]) }).catch(() => undefined);
  worker.throwIfAborted();
  signal.throwIfAborted();
}

const QUICKLY = { timeoutMs: 30_000, everyMs: 20 };
