import { longestUnwindMs } from '../../src/domain/guarding.ts';
import type { Lease } from '../../src/domain/lease.ts';
import type { Hold } from '../../src/domain/operator-actions.ts';
import { heldUntil } from '../../src/domain/operator-actions.ts';
import type { Outcome as RunOutcome } from '../../src/domain/outcomes.ts';
import { outcomeOf } from '../../src/domain/outcomes.ts';
import type { Plan, StepId } from '../../src/domain/plan.ts';
import type { StepEvent, StepRecord } from '../../src/domain/progress.ts';
import { applyStepEvent, initialProgress, nextUndo } from '../../src/domain/progress.ts';
import type { Stage } from '../../src/domain/stages.ts';
import type { Answer, Ask, Story } from './machine.ts';
import { when } from './machine.ts';
import type { Outcome } from './model-world.ts';

/** The times that both stories keep to, in virtual milliseconds. */
export const TIMES = {
  quietMs: 1_700,
  teardownDeadlineMs: 2_500,
  guardRetryMs: 1_000,
  holdMs: 1_500,
  neededMs: 1_000,
  extendMs: 1_000,
};

const STAGES_FORWARD = ['create-cluster', 'install-agent-sandbox', 'run-claims'] as const;

/** What a life asks of others; each a wait. */
export interface RunCalls {
  watch(
    life: ModelLife,
    wish: { toUnwind: boolean; extendToSeconds: number | null; deadlineMs: number | null },
  ): Ask;
  step(life: ModelLife, id: StepId): Ask;
  undo(life: ModelLife, id: StepId): Ask;
  left(life: ModelLife): Ask;
  release(life: ModelLife): Ask;
  leaseNow(life: ModelLife): Lease;
}

export type Decision = 'retry' | 'skip' | 'tear-down';

/** One life of a run, with the project's own decisions, and Temporal and the world left to `calls`. */
export interface ModelLife {
  readonly plan: Plan;
  readonly holds: boolean;
  records: readonly StepRecord[];
  lease: Lease;
  entered: string | null;
  hold: (Hold & { decision: Decision | null }) | null;
  holdCount: number;
  skipped: boolean;
  nowMs: number;
  cancelled: boolean;
}

class StageError extends Error {
  readonly type: string;
  constructor(type: string) {
    super(type);
    this.type = type;
  }
}

export function beginModelLife(plan: Plan, holds: boolean, nowMs: number): ModelLife {
  const { leaseUntilSeconds, leaseCapSeconds } = plan;
  const fresh = { entered: null, hold: null, holdCount: 0, skipped: false, cancelled: false };
  const lease = { leaseUntilSeconds, leaseCapSeconds };
  return { plan, holds, records: initialProgress(plan), lease, nowMs, ...fresh };
}

/** The whole life, as workflows/sandbox-run.ts tells it. */
export function* liveRun(life: ModelLife, calls: RunCalls): Story<RunOutcome> {
  const failed = { kind: 'failed', stage: '', step: '', errorType: '', message: '' } as const;
  let ending: Parameters<typeof outcomeOf>[0];
  try {
    yield* putUnderGuard(life, calls, null);
    for (const stage of STAGES_FORWARD) yield* complete(life, calls, stage);
    ending = life.skipped ? failed : { kind: 'completed', thresholdsMissed: [] };
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    ending = life.cancelled ? { kind: 'cancelled' } : failed;
  }
  return yield* settle(life, calls, ending);
}

function* settle(
  life: ModelLife,
  calls: RunCalls,
  ending: Parameters<typeof outcomeOf>[0],
): Story<RunOutcome> {
  if (life.entered === null) yield* untilAlone(life, calls);
  let failures = 0;
  for (
    let step = nextUndo(life.plan, life.records);
    step !== null;
    step = nextUndo(life.plan, life.records)
  ) {
    record(life, { type: 'undo-started', id: step.id, atMs: life.nowMs });
    let outcome = yield* asked(life, calls.undo(life, step.id));
    while (!outcome.ok && outcome.type === 'Reset') {
      yield* untilAlone(life, calls);
      outcome = yield* asked(life, calls.undo(life, step.id));
    }
    if (!outcome.ok) failures += 1;
    record(
      life,
      outcome.ok
        ? { type: 'undone', id: step.id, atMs: life.nowMs }
        : { type: 'undo-failed', id: step.id, atMs: life.nowMs, detail: outcome.type },
    );
  }
  const left = yield* asked(life, calls.left(life));
  const outcome = outcomeOf(ending, left.ok ? (left.value as string[]).length : 1, failures);
  if (outcome !== 'cleanup-incomplete') yield* asked(life, calls.release(life));
  return outcome;
}

function* untilAlone(life: ModelLife, calls: RunCalls): Story<void> {
  const deadlineMs = longestUnwindMs(life.plan, TIMES);
  const outcome = yield* asked(
    life,
    calls.watch(life, { toUnwind: true, extendToSeconds: null, deadlineMs }),
  );
  if (outcome.ok) enter(life, outcome.value);
  else life.entered = null;
}

function* complete(life: ModelLife, calls: RunCalls, stage: (typeof STAGES_FORWARD)[number]): Story<void> {
  for (;;) {
    if (stage === 'run-claims' && life.skipped) return;
    try {
      for (const { id } of life.plan.steps.filter((step) => step.stage === stage)) {
        record(life, { type: 'started', id, atMs: life.nowMs });
        const outcome = yield* asked(life, calls.step(life, id));
        if (outcome.ok) record(life, { type: 'done', id, atMs: life.nowMs });
        else {
          record(life, { type: 'failed', id, atMs: life.nowMs, detail: outcome.type });
          throw new StageError(outcome.type);
        }
      }
      return;
    } catch (error) {
      if (!(error instanceof StageError) || life.cancelled) throw error;
      if (error.type === 'Reset') yield* putUnderGuard(life, calls, null);
      else if ((yield* held(life, calls, stage, error)) === 'skip') return;
    }
    for (const before of STAGES_FORWARD.slice(0, STAGES_FORWARD.indexOf(stage)))
      yield* complete(life, calls, before);
  }
}

function* held(life: ModelLife, calls: RunCalls, stage: Stage, error: StageError): Story<'retry' | 'skip'> {
  if (!life.holds) throw error;
  const sinceMs = life.nowMs;
  yield* extendLease(life, calls, sinceMs + TIMES.holdMs + TIMES.neededMs);
  const untilMs = heldUntil(sinceMs, TIMES, life.lease.leaseUntilSeconds);
  if (untilMs <= sinceMs) throw error;
  life.holdCount += 1;
  const opened = { stage, number: life.holdCount, sinceMs, untilMs, decision: null as Decision | null };
  life.hold = opened;
  const at = life.records.find((each) => each.stage === stage && each.state === 'failed');
  if (at !== undefined) record(life, { type: 'held', id: at.id, atMs: life.nowMs, detail: 'held' });
  yield* untilDecided(life, calls, opened);
  life.hold = null;
  if (life.cancelled) throw new StageError('Cancelled');
  if (opened.decision === null || opened.decision === 'tear-down') throw error;
  if (opened.decision === 'skip') {
    life.skipped = true;
    for (const { id, state } of life.records.filter((each) => each.stage === stage))
      if (state !== 'done') record(life, { type: 'skipped', id, atMs: life.nowMs, detail: 'by an operator' });
    return 'skip';
  }
  yield* extendLease(life, calls, life.nowMs + TIMES.neededMs);
  return 'retry';
}

function* untilDecided(life: ModelLife, calls: RunCalls, hold: NonNullable<ModelLife['hold']>): Story<void> {
  for (;;) {
    const { untilMs } = hold;
    const answer = yield when(() => hold.decision !== null || hold.untilMs !== untilMs, {
      atMs: untilMs,
      cancellable: true,
      value: () => ({ decision: hold.decision, untilMs: hold.untilMs, lease: calls.leaseNow(life) }),
    });
    heard(life, answer);
    if (answer.value === undefined) return; // silence
    const {
      decision,
      untilMs: until,
      lease,
    } = answer.value as Pick<typeof hold, 'decision' | 'untilMs'> & { lease: Lease };
    Object.assign(hold, { decision, untilMs: until });
    life.lease = lease;
    if (life.cancelled || decision !== null) return;
  }
}

function* extendLease(life: ModelLife, calls: RunCalls, untilMs: number): Story<void> {
  const until = Math.min(Math.ceil(untilMs / 1000), life.lease.leaseCapSeconds);
  if (until > life.lease.leaseUntilSeconds) yield* putUnderGuard(life, calls, until);
}

function* putUnderGuard(life: ModelLife, calls: RunCalls, extendToSeconds: number | null): Story<void> {
  const outcome = yield* asked(
    life,
    calls.watch(life, { toUnwind: false, extendToSeconds, deadlineMs: null }),
  );
  if (!outcome.ok) throw new StageError(outcome.type);
  enter(life, outcome.value);
}

function enter(life: ModelLife, value: unknown): void {
  const { executionRunId, lease } = value as { executionRunId: string; lease: Lease };
  Object.assign(life, { entered: executionRunId, lease });
}

function* asked(life: ModelLife, ask: Ask): Story<Outcome> {
  if (ask.cancellable && life.cancelled) return { ok: false, type: 'Cancelled' };
  const answer = yield ask;
  heard(life, answer);
  return answer.value as Outcome;
}

function heard(life: ModelLife, { atMs, cancelRequested }: Answer): void {
  Object.assign(life, { nowMs: atMs, cancelled: cancelRequested });
}

function record(life: ModelLife, event: StepEvent): void {
  life.records = applyStepEvent(life.records, event);
}
