import type { Lease } from './lease.ts';
import { extendedLease, laterLease } from './lease.ts';
import type { Owner } from './names.ts';
import type { Plan } from './plan.ts';

/**
 * What a guard does about a run: it waits for its end, keeps its cluster for another run, takes it down, or waits to try
 * that again.
 */
export type GuardState = 'watching' | 'keeping' | 'unwinding' | 'incomplete';

/** A run under guard, as far as others have to wait for it. */
export interface Guarded {
  owner: Owner;
  state: GuardState;
  /** Its last execution has cleaned up. */
  released: boolean;
}

/** An execution that asks to be guarded. */
export interface Asking {
  owner: Owner;
  /** All that it still wants is to clean up after itself. */
  toUnwind: boolean;
}

/**
 * Whether an execution has to wait for what the guard does about a run. A workflow id has one open execution, so whoever
 * asks proves that every other run of that name is over.
 */
export function mustWait({ owner, toUnwind }: Asking, guarded: Guarded): boolean {
  const settled = guarded.state === 'incomplete' || guarded.state === 'keeping';
  if (guarded.owner !== owner) return !settled && !toUnwind;
  return guarded.state === 'unwinding' || guarded.released; // a released one is about to go
}

/** Executions of a run that are told apart; older ones have stopped long ago. */
const MOST_EXECUTIONS = 20;

/** The executions of a run that were seen, the newest last, once that one has asked. */
export function executionsAfter(seen: readonly string[], executionRunId: string): string[] {
  return [...seen.filter((each) => each !== executionRunId), executionRunId].slice(-MOST_EXECUTIONS);
}

/** Whether an execution may say that its run has cleaned up: the word of one that a reset has ended comes too late. */
export function mayRelease(seen: readonly string[], executionRunId: string): boolean {
  const at = seen.indexOf(executionRunId);
  return at === -1 || at === seen.length - 1;
}

/** The lease of a run once an execution of it has asked: never shorter than before. */
export function leaseAfter(guarded: Lease, asking: Lease, extendToSeconds: number | null): Lease {
  const lease = laterLease(guarded, asking);
  return extendToSeconds === null ? lease : extendedLease(lease, extendToSeconds);
}

/** Beyond the undos: the provider is asked what is left, and answers travel. */
const UNWIND_MARGIN_MS = 60_000;

/**
 * The longest that a guard which works can keep an execution waiting that only wants to unwind: each undo in turn may
 * take its whole deadline and then be let stop, and both the guard and a reset execution first let the last activity
 * stop.
 */
export function longestUnwindMs(
  { steps }: Pick<Plan, 'steps'>,
  { teardownDeadlineMs, quietMs }: { teardownDeadlineMs: number; quietMs: number },
): number {
  const undos = steps.filter(({ absorbedBy }) => absorbedBy === null).length;
  return undos * (teardownDeadlineMs + quietMs) + 2 * quietMs + UNWIND_MARGIN_MS;
}
