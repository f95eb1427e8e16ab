import type { temporal } from '@temporalio/proto';
import type { StepId } from '../src/domain/plan.ts';
import { STEP_IDS } from '../src/domain/plan.ts';
import type { StepAttempts } from '../src/report/build-report.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** The activity that does each step. */
const STEP_OF: ReadonlyMap<string, StepId> = new Map([
  ['createCluster', 'cluster'],
  ['installAgentSandbox', 'agent-sandbox'],
  ['installWorkload', 'workload'],
  ['fillWarmPool', 'warm-pool'],
  ['runClaims', 'claims'],
]);
const UNDO = 'undoStep';

/** What one step, or one undo, came to so far. */
interface Tally {
  /** Attempts of its activities that failed. */
  failed: number;
  /** Attempts of the last one, if that succeeded. */
  succeeded: number;
}

/**
 * How often each step and each undo was begun: the attempts of its last activity, and of those before it that failed
 * (a stage may be tried again, and with it its steps). Of a load in several windows that is the last window's.
 */
export class AttemptCount {
  readonly #steps = new Map<StepId, Tally>();
  readonly #undos = new Map<StepId, Tally>();
  /** By the id of the event that scheduled it. */
  readonly #open = new Map<string, { tally: Tally; attempt: number }>();

  /** Events of one execution, in their order. */
  add(event: HistoryEvent): void {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const tally = this.#tallyOf(scheduled.activityType?.name ?? '', scheduled.input?.payloads?.[0]?.data);
      if (tally !== null) this.#open.set(String(event.eventId), { tally, attempt: 0 });
      return;
    }
    const started = event.activityTaskStartedEventAttributes;
    const completed = event.activityTaskCompletedEventAttributes;
    const failed =
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    const open = this.#open.get(String((started ?? completed ?? failed)?.scheduledEventId));
    if (open === undefined) return;
    // Written when the activity is over, with the number of its last attempt.
    if (started) open.attempt = started.attempt ?? 1;
    else if (completed) open.tally.succeeded = open.attempt;
    else {
      open.tally.failed += open.attempt;
      open.tally.succeeded = 0;
    }
  }

  /** What was never begun is missing. */
  result(): StepAttempts {
    return { steps: totals(this.#steps), undos: totals(this.#undos) };
  }

  #tallyOf(activityType: string, firstArgument: Uint8Array | null | undefined): Tally | null {
    const step = STEP_OF.get(activityType);
    const undone = activityType === UNDO ? undoneStep(firstArgument) : undefined;
    if (step !== undefined) return tallyIn(this.#steps, step);
    return undone === undefined ? null : tallyIn(this.#undos, undone);
  }
}

function tallyIn(tallies: Map<StepId, Tally>, id: StepId): Tally {
  const tally = tallies.get(id) ?? { failed: 0, succeeded: 0 };
  tallies.set(id, tally);
  return tally;
}

function totals(tallies: ReadonlyMap<StepId, Tally>): Partial<Record<StepId, number>> {
  const begun = [...tallies].map(([id, { failed, succeeded }]) => [id, failed + succeeded] as const);
  return Object.fromEntries(begun.filter(([, attempts]) => attempts > 0));
}

/** Not readable where payloads are encrypted; then nothing is known of the undos. */
function undoneStep(data: Uint8Array | null | undefined): StepId | undefined {
  try {
    const { stepId } = JSON.parse(Buffer.from(data ?? []).toString('utf8')) as { stepId?: unknown };
    return STEP_IDS.find((id) => id === stepId);
  } catch {
    return undefined;
  }
}
