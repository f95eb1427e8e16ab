import type { LoadChange } from '../domain/load-change.ts';
import type { Plan } from '../domain/plan.ts';
import type { ClaimSpec } from '../spec/agent-sandbox-schema.ts';
import type { LoadSpec } from '../spec/schema.ts';

/** One slice of the load: `arrivals` claims of its timeline from index `firstIndex` on. */
export interface WindowRequest {
  plan: Plan;
  load: LoadSpec;
  /** What claims say of their own end; left out, the defaults of the spec. */
  claim?: ClaimSpec | undefined;
  windowIndex: number;
  firstIndex: number;
  /** Null: all that are left, those too that an extension adds on the way. */
  arrivals: number | null;
  /** When the load's timeline began or begins, for all of its windows; epoch milliseconds. Left out, this one begins it. */
  loadStartsAtMs?: number | null;
  /** Where the window is told by its time, and not by its claims. `untilMs` null: to the end of the load. */
  stretch?: WindowStretch | null;
  /** How the load was changed before this window. */
  changes?: readonly LoadChange[];
}

/** A part of the load's timeline; milliseconds after its start. */
export interface WindowStretch {
  fromMs: number;
  untilMs: number | null;
}

/** What a heartbeat carries so that the next attempt goes on where this one was. */
export interface WindowPosition {
  /** When the load's timeline began. */
  startedAtMs: number;
  attempt: number;
  /** One past the last claim that a closed loop has sent; in an open one that follows from the time. */
  sentUntil?: number;
}
