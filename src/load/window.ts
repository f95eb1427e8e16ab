import type { Plan } from '../domain/plan.ts';
import type { LoadSpec } from '../spec/schema.ts';

/** One slice of the load: `arrivals` claims from index `firstIndex` on, due at the spec's constant rate. */
export interface WindowRequest {
  plan: Plan;
  load: LoadSpec;
  windowIndex: number;
  firstIndex: number;
  arrivals: number;
}

/** What a heartbeat carries so that the next attempt goes on where this one was. */
export interface WindowPosition {
  startedAtMs: number;
  attempt: number;
}
