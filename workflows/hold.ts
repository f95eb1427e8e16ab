import { condition, log, sleep } from '@temporalio/workflow';
import type { HeldStage } from '../src/domain/held-stage.ts';
import { holdMarkdown } from '../src/domain/held-stage.ts';
import type { Skippable } from '../src/domain/operator-actions.ts';
import { heldUntil } from '../src/domain/operator-actions.ts';
import { holdCommands } from '../src/domain/operator-commands.ts';
import type { Stage } from '../src/domain/stages.ts';
import { describeError, endingFrom } from './errors.ts';
import { gatherEvidence } from './evidence.ts';
import type { Life } from './life.ts';
import { extendLease } from './under-guard.ts';

export type Decision = 'retry' | 'skip' | 'tear-down';

/** A failed stage that waits for an operator. */
export interface OpenHold {
  shown: HeldStage;
  /** The first word that was accepted; null while nobody has decided. */
  decision: Decision | null;
  /** Operators whose word is being looked at. */
  listening: number;
}

/**
 * Keeps everything where a stage has failed and waits until an operator decides or time is up. Throws the stage's own
 * error where it is to be taken down, at once where the spec sets no hold: silence means teardown.
 */
export async function hold(life: Life, stage: Stage, error: unknown): Promise<'retry' | 'skip'> {
  const opened = await open(life, stage, error);
  if (opened === null) throw error;
  life.hold = opened;
  life.journal.hold(stage, opened.shown.message);
  life.journal.mark({ SandtideState: 'held' });
  showHold(life);
  let decision: Decision;
  try {
    decision = await decided(opened);
  } finally {
    life.hold = null;
    showHold(life);
  }
  switch (decision) {
    case 'tear-down':
      throw error;
    case 'skip':
      skip(life, stage, error);
      return 'skip';
    case 'retry':
      life.findings.evidence = null; // of a failure that may be over
      await sleep(1); // a workflow task of its own: a reset to the stage's new start keeps the decision
      await extendLease(life, Date.now() + life.run.limits.neededMs);
      return 'retry';
  }
}

/** Puts the hold (or that there is none any more) where people look. */
export function showHold({ hold, journal }: Life): void {
  journal.notice('hold', hold === null ? null : holdMarkdown(hold.shown));
}

/** Which stages can be left out in this run. */
export function skippableIn({ run }: Pick<Life, 'run'>): Skippable {
  return { useExisting: run.plan.sandbox.install === 'useExisting' };
}

/** Null where the spec sets no hold, or the lease can't be extended by any. */
async function open(life: Life, stage: Stage, error: unknown): Promise<OpenHold | null> {
  const { holdMs, neededMs, teardownDeadlineMs } = life.run.limits;
  if (holdMs === null) return null;
  life.findings.evidence = await gatherEvidence(life); // for whoever has to decide
  const sinceMs = Date.now();
  let { leaseUntilSeconds } = life.run.plan;
  try {
    await extendLease(life, sinceMs + holdMs + neededMs);
    ({ leaseUntilSeconds } = life.run.plan);
  } catch (problem) {
    const { type, message } = describeError(problem);
    if (type === 'Cancelled') throw problem;
    log.warn('the lease could not be extended; the hold ends with the one there is', { type, message });
  }
  const untilMs = heldUntil(sinceMs, { holdMs, teardownDeadlineMs }, leaseUntilSeconds);
  if (untilMs <= sinceMs) return null;
  life.holds += 1;
  const { type, message } = describeError(error);
  const address = { stage, number: life.holds, sinceMs, untilMs };
  const shown: HeldStage = {
    ...address,
    errorType: type,
    message,
    evidence: life.findings.evidence,
    nodes: life.findings.cluster?.nodes ?? life.run.nodes,
    commands: holdCommands(life.run.plan.identity, address, skippableIn(life)),
  };
  return { shown, decision: null, listening: 0 };
}

async function decided(opened: OpenHold): Promise<Decision> {
  for (;;) {
    const { untilMs } = opened.shown;
    const over = () => opened.decision !== null || opened.shown.untilMs !== untilMs;
    if (!(await condition(over, Math.max(1, untilMs - Date.now())))) {
      await condition(() => opened.listening === 0); // somebody is not silent
      if (!over()) return 'tear-down';
    }
    if (opened.decision !== null) return opened.decision;
  }
}

function skip(life: Life, stage: Stage, error: unknown): void {
  const ending = endingFrom(error, life.journal.records);
  if (ending.kind !== 'failed') throw error;
  life.skipped.set(stage, { ...ending, stage });
  life.journal.skip(stage, `left out by an operator after: ${ending.message}`);
}
