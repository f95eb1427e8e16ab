import type { StepRecord } from './progress.ts';
import type { Stage } from './stages.ts';
import { STAGES } from './stages.ts';

/** What an operator may ask of a held run, each an Update. */
export const OPERATOR_ACTIONS = ['retryStage', 'skipStage', 'extendHold', 'tearDown'] as const;
export type OperatorAction = (typeof OPERATOR_ACTIONS)[number];

/** A run that is held: the failed stage waits, with the cluster kept, until somebody decides or time is up. */
export interface Hold {
  stage: Stage;
  /** From 1, counted over the whole run: an Update meant for an earlier hold is told apart by it. */
  number: number;
  sinceMs: number;
  /** When silence becomes teardown. */
  untilMs: number;
}

/** Which stages can be left out where they failed. What they would have made must not be needed by the next one. */
export interface Skippable {
  /** The installation is the user's own: install-agent-sandbox only verifies it. */
  useExisting: boolean;
}

/** What a stage and its state allow: `held` is all that an operator can act on; the rest goes by itself or by cancel. */
const ALLOWED: Record<Stage, (skippable: Skippable) => readonly OperatorAction[]> = {
  'create-cluster': () => ['retryStage', 'extendHold', 'tearDown'],
  'install-agent-sandbox': ({ useExisting }) =>
    useExisting ? OPERATOR_ACTIONS : ['retryStage', 'extendHold', 'tearDown'],
  'run-claims': () => OPERATOR_ACTIONS,
  // Its undos are retried by themselves, and after their deadline by the guard: there is nothing to hold.
  teardown: () => [],
};

/** The actions that a stage allows while it is in this state. */
export function allowedActions(
  stage: Stage,
  state: StepRecord['state'],
  skippable: Skippable,
): readonly OperatorAction[] {
  return state === 'held' ? ALLOWED[stage](skippable) : [];
}

/** Which hold an Update means. */
export interface HoldAddress {
  stage: Stage;
  hold: number;
}

/** The hold that an Update names; null where it names none. What comes from a command line may be anything. */
export function holdAddress(input: unknown): HoldAddress | null {
  if (typeof input !== 'object' || input === null) return null;
  const { stage, hold } = input as Partial<Record<keyof HoldAddress, unknown>>;
  const known = STAGES.find((each) => each === stage);
  return known !== undefined && typeof hold === 'number' ? { stage: known, hold } : null;
}

/**
 * Why an action is refused now, in a sentence that says what would be right; null where it is allowed. A reset applies
 * old Updates again, so an Update that names another hold than the present one never acts.
 */
export function refusal(
  action: OperatorAction,
  meant: HoldAddress | null,
  present: Hold | null,
  skippable: Skippable,
): string | null {
  if (present === null) return 'the run is not held: there is nothing to decide now';
  const address = `{"stage":"${present.stage}","hold":${present.number}}`;
  if (meant === null) return `say which hold is meant; the present one is ${address}`;
  if (meant.stage !== present.stage || meant.hold !== present.number) {
    return `this names hold ${meant.hold} of ${meant.stage}, the present one is ${address}`;
  }
  const allowed = allowedActions(present.stage, 'held', skippable);
  if (allowed.includes(action)) return null;
  return `${action} is not allowed for ${present.stage}; allowed: ${allowed.join(', ')}`;
}

/** The end of a hold that begins: the lease leaves room for the teardown. Epoch milliseconds; not after `sinceMs` where there is no room. */
export function heldUntil(
  sinceMs: number,
  { holdMs, teardownDeadlineMs }: { holdMs: number; teardownDeadlineMs: number },
  leaseUntilSeconds: number,
): number {
  return Math.min(sinceMs + holdMs, leaseUntilSeconds * 1000 - teardownDeadlineMs);
}

/** The end of a hold that is extended: never beyond the lease's absolute cap. */
export function extendedUntil(hold: Hold, byMs: number, capMs: number): number {
  return Math.min(hold.untilMs + byMs, capMs);
}
