import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { parseDuration } from '../src/domain/durations.ts';
import { retitled } from '../src/domain/make-plan.ts';
import type { HoldAddress, OperatorAction } from '../src/domain/operator-actions.ts';
import { extendedUntil, holdAddress, refusal } from '../src/domain/operator-actions.ts';
import { quick } from './activity-proxies.ts';
import { refusing } from './errors.ts';
import type { Decision, OpenHold } from './hold.ts';
import { showHold, skippableIn } from './hold.ts';
import type { Life } from './life.ts';
import type { OperatorAnswer } from './messages.ts';
import { extendHoldUpdate, retryStageUpdate, skipStageUpdate, tearDownUpdate } from './messages.ts';
import { extendLease } from './under-guard.ts';

const NAMES_THE_HOLD = 'Names stage and hold: {"stage":"run-claims","hold":1}.';

/**
 * Takes an operator's word about a held stage. What the state does not allow is refused at once; an Update that a reset
 * brings back names a hold that is not there.
 */
export function listenToOperators(lifeOf: () => Life | null): void {
  const validator =
    (action: OperatorAction, alsoRefused: (request: object) => string | null = () => null) =>
    (request: unknown): void => {
      const reason = refused(lifeOf(), action, request) ?? alsoRefused(request as object);
      if (reason !== null) throw refusedFor(reason);
    };
  const decide = (decision: Decision, message: string) =>
    refusing<[HoldAddress], OperatorAnswer>(() => {
      heldOf(lifeOf()).hold.decision = decision;
      return { message };
    });

  setHandler(
    retryStageUpdate,
    refusing(({ changes }: HoldAddress & { changes?: unknown }) => retry(heldOf(lifeOf()), changes)),
    {
      validator: validator('retryStage'),
      description: `Tries the held stage again, with other settings where \`changes\` gives any: {"load":{"qps":5}}. ${NAMES_THE_HOLD}`,
    },
  );
  setHandler(skipStageUpdate, decide('skip', 'the stage is left out; the outcome is failed'), {
    validator: validator('skipStage'),
    description: `Goes on without the held stage; the outcome is never passed. ${NAMES_THE_HOLD}`,
  });
  setHandler(
    extendHoldUpdate,
    refusing(({ by }: HoldAddress & { by: string }) => extend(heldOf(lifeOf()), parseDuration(by) ?? 0)),
    {
      validator: validator('extendHold', badDuration),
      description: `Holds for longer, by a duration: "by":"30m". ${NAMES_THE_HOLD}`,
    },
  );
  setHandler(tearDownUpdate, decide('tear-down', 'everything is taken down'), {
    validator: validator('tearDown'),
    description: `Takes everything down now; the outcome is failed. ${NAMES_THE_HOLD}`,
  });
}

interface Held {
  life: Life;
  hold: OpenHold;
}

/** Its validator has just seen the hold. */
function heldOf(life: Life | null): Held {
  if (life === null || life.hold === null) throw refusedFor('the run is not held any more');
  return { life, hold: life.hold };
}

function refused(life: Life | null, action: OperatorAction, request: unknown): string | null {
  const hold = life?.hold ?? null;
  const skippable = life === null ? { useExisting: false } : skippableIn(life);
  const reason = refusal(action, holdAddress(request), hold?.shown ?? null, skippable);
  return reason ?? (hold === null ? null : decidedAlready(hold));
}

function decidedAlready({ decision, shown }: OpenHold): string | null {
  return decision === null ? null : `hold ${shown.number} is decided already: ${decision}`;
}

function badDuration(request: object): string | null {
  const { by } = request as { by?: unknown };
  const ms = typeof by === 'string' ? parseDuration(by) : null;
  return ms === null || ms <= 0 ? 'say by how much: "by":"30m"' : null;
}

/** Changes that are refused leave the hold as it was. */
async function retry(held: Held, changes: unknown): Promise<OperatorAnswer> {
  const { life, hold } = held;
  if (changes !== undefined && changes !== null) {
    await listening(held, async () => {
      const { spec, limits } = life.run;
      const revised = await quick(limits, { summary: 'check the changes' }).reviseSpec({ spec, changes });
      refuseDecided(held);
      const plan = retitled(life.run.plan, revised.numbers);
      life.run = { ...life.run, spec: revised.spec, limits: revised.limits, plan };
      life.journal.retitle(plan);
      life.load = null; // another load than the one that was begun
    });
  }
  hold.decision = 'retry';
  return { message: `${hold.shown.stage} is tried again` };
}

async function extend(held: Held, byMs: number): Promise<OperatorAnswer> {
  const { life, hold } = held;
  await listening(held, async () => {
    const { neededMs, teardownDeadlineMs } = life.run.limits;
    await extendLease(life, hold.shown.untilMs + byMs + neededMs);
    refuseDecided(held);
    const latestMs = life.run.plan.leaseUntilSeconds * 1000 - teardownDeadlineMs;
    const untilMs = extendedUntil(hold.shown, byMs, latestMs);
    if (untilMs <= hold.shown.untilMs) throw refusedFor('the lease has reached its cap (limits.leaseCap)');
    hold.shown = { ...hold.shown, untilMs };
    showHold(life);
  });
  return { message: `held until ${new Date(hold.shown.untilMs).toISOString()}` };
}

/** Meanwhile time is not up: somebody is not silent. */
async function listening({ hold }: Held, act: () => Promise<void>): Promise<void> {
  hold.listening += 1;
  try {
    await act();
  } finally {
    hold.listening -= 1;
  }
}

/** Somebody else may have been quicker. */
function refuseDecided({ life, hold }: Held): void {
  const reason = life.hold === hold ? decidedAlready(hold) : 'the run is not held any more';
  if (reason !== null) throw refusedFor(reason);
}

function refusedFor(reason: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(reason, 'Refused');
}
