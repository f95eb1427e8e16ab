import type { StepId } from '../../src/domain/plan.ts';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { Act } from './rules.ts';
import type { Scene } from './scenes.ts';
import type { Ask } from './machine.ts';

/** Virtual milliseconds of one tick. */
export const TICK_MS = 100;
/** Until Temporal takes a silent worker for dead, and until an activity hears that its execution is gone. */
const HEARTBEAT_MS = 1_500;
const RETRY_MS = 1_000;

/** An execution (or the guard) that asks for activities. */
export interface Asker {
  name: string;
  /** Virtual time at which it was ended by force; null while it lives. */
  goneAtMs: number | null;
}

export type Outcome = { ok: true; value: unknown } | { ok: false; type: string };

/** What an activity does: refuses, or acts for so many ticks with its effect in between, and says how it went. */
export interface Work {
  ticks: number;
  /** Why it is not even begun; null where it is. */
  refused: () => string | null;
  begun: () => void;
  effect: () => void;
  /** Null: it failed in a way that is tried again. */
  ended: () => Outcome | null;
  /** Of that owner; two at once break the rules. Null where nothing is touched. */
  touches: string | null;
  what: string;
}

interface Activity {
  work: Work;
  asker: Asker;
  /** Ticks of the attempt so far; null between two attempts. */
  ticks: number | null;
  nextAtMs: number;
  deadlineMs: number | null;
  killed: boolean;
  stopAtMs: number | null;
  outcome: Outcome | null;
}

/** A cloud and the activities that act on it, in virtual time. */
export class ModelWorld {
  nowMs = 0;
  readonly acts: (Act & { owner: string })[] = [];
  readonly violations: string[] = [];
  readonly standing = new Set<string>();
  readonly scene: Scene;
  #activities: Activity[] = [];
  readonly #failures = new Map<string, number>();
  #healed = false;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  heal(): void {
    this.#healed = true;
  }

  /** Whatever is being done now is never heard of again. */
  killWorkers(): void {
    for (const activity of this.#activities) if (activity.ticks !== null) activity.killed = true;
    for (const activity of this.#activities)
      if (activity.killed) activity.nextAtMs = this.nowMs + HEARTBEAT_MS;
  }

  activity(asker: Asker, work: Work, { cancellable = false, deadlineMs = null as number | null } = {}): Ask {
    const begin = () => {
      const activity: Activity = {
        work,
        asker,
        ticks: null,
        nextAtMs: this.nowMs,
        deadlineMs: deadlineMs === null ? null : this.nowMs + deadlineMs,
        killed: false,
        stopAtMs: null,
        outcome: null,
      };
      this.#activities.push(activity);
      return {
        done: () => activity.outcome !== null,
        value: () => activity.outcome,
        cancel: () => (activity.stopAtMs ??= this.nowMs + HEARTBEAT_MS / 3),
      };
    };
    return { begin, atMs: null, cancellable };
  }

  step(owner: string, id: StepId, asker: Asker, refused: () => string | null): Work {
    const { fails } = this.scene;
    return {
      ticks: 2,
      what: `do ${id}`,
      touches: owner,
      refused,
      begun: () => {
        this.#note(owner, 'begin', id, asker);
        const missing = STEP_IDS.slice(0, STEP_IDS.indexOf(id)).filter(
          (each) => !this.standing.has(`${owner}/${each}`),
        );
        if (missing.length > 0) this.violations.push(`${id} of ${owner} without ${missing.join(', ')}`);
      },
      effect: () => this.standing.add(`${owner}/${id}`),
      ended: () => {
        if (fails?.at === id && this.#fails(`${owner}/do`, fails.times))
          return { ok: false, type: 'Unworkable' };
        this.#note(owner, 'do', id, asker);
        return { ok: true, value: null };
      },
    };
  }

  undo(owner: string, id: StepId, asker: Asker, refused: () => string | null): Work {
    const { undoFails } = this.scene;
    return {
      ticks: 2,
      what: `undo ${id}`,
      touches: owner,
      refused,
      begun: () => this.#note(owner, 'undo', id, asker),
      effect: () => undefined,
      ended: () => {
        if (undoFails?.at === id && this.#fails(`${owner}/undo`, undoFails.times)) {
          this.#note(owner, 'undo-failed', id, asker);
          return null;
        }
        this.standing.delete(`${owner}/${id}`);
        this.#note(owner, 'undone', id, asker);
        return { ok: true, value: null };
      },
    };
  }

  /** Something short that touches nothing. */
  look(what: string, see: () => unknown): Work {
    const ended = (): Outcome => ({ ok: true, value: see() });
    return {
      ticks: 1,
      what,
      touches: null,
      refused: () => null,
      begun: () => undefined,
      effect: () => undefined,
      ended,
    };
  }

  left(owner: string): string[] {
    return [...this.standing].filter((thing) => thing.startsWith(`${owner}/`));
  }

  /** Time passes. */
  tick(): void {
    this.nowMs += TICK_MS;
    for (const activity of this.#activities) this.#go(activity);
    this.#activities = this.#activities.filter(({ outcome }) => outcome === null);
  }

  #go(activity: Activity): void {
    const { work, asker, stopAtMs, deadlineMs } = activity;
    const gone = asker.goneAtMs !== null && this.nowMs >= asker.goneAtMs + HEARTBEAT_MS;
    const stopped = stopAtMs !== null && this.nowMs >= stopAtMs;
    const idle = activity.ticks === null || activity.killed;
    if (gone || (asker.goneAtMs !== null && idle)) activity.outcome = { ok: false, type: 'Gone' };
    else if (stopped && (!activity.killed || this.nowMs >= activity.nextAtMs))
      activity.outcome = { ok: false, type: 'Cancelled' };
    else if (deadlineMs !== null && this.nowMs >= deadlineMs)
      activity.outcome = { ok: false, type: 'TimedOut' };
    if (activity.outcome !== null) return;
    if (idle) {
      if (this.nowMs < activity.nextAtMs) return;
      Object.assign(activity, { killed: false, ticks: null });
      const refusal = work.refused();
      if (refusal !== null) {
        activity.outcome = { ok: false, type: refusal };
        return;
      }
      activity.ticks = 0;
      this.#alone(activity);
      work.begun();
      return;
    }
    activity.ticks = (activity.ticks ?? 0) + 1;
    if (activity.ticks === 1) work.effect();
    if (activity.ticks < work.ticks) return;
    activity.outcome = work.ended();
    if (activity.outcome === null) Object.assign(activity, { ticks: null, nextAtMs: this.nowMs + RETRY_MS });
  }

  #alone({ work }: Activity): void {
    if (work.touches === null) return;
    for (const other of this.#activities) {
      const acts = other.outcome === null && other.ticks !== null && !other.killed;
      if (acts && other.work !== work && other.work.touches === work.touches)
        this.violations.push(`${work.what} of ${work.touches} while ${other.work.what}`);
    }
  }

  #fails(key: string, times: number): boolean {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return !this.#healed && failures <= times;
  }

  #note(owner: string, what: Act['what'], step: StepId, { name }: Asker): void {
    this.acts.push({ owner, what, step, by: name });
  }
}
