import type { Plan, PlannedStep, StepId } from './plan.ts';
import { unwindOrder } from './plan.ts';
import type { Stage } from './stages.ts';

export type StepState =
  'pending' | 'running' | 'done' | 'failed' | 'held' | 'skipped' | 'undone' | 'undo-failed';

/** A planned step and what became of it so far. Times in epoch milliseconds. */
export interface StepRecord {
  id: StepId;
  stage: Stage;
  title: string;
  undoTitle: string;
  absorbedBy: StepId | null;
  state: StepState;
  startedAtMs: number | null;
  endedAtMs: number | null;
  undoStartedAtMs: number | null;
  undoEndedAtMs: number | null;
  /** The error of the step or of its undo, or why it was skipped. */
  detail: string | null;
}

/** What can happen to a step. `undone` and `undo-failed` also strike the steps that the undone one absorbs. */
export type StepEvent =
  | { type: 'started' | 'done' | 'undo-started' | 'undone'; id: StepId; atMs: number }
  | { type: 'failed' | 'held' | 'skipped' | 'undo-failed'; id: StepId; atMs: number; detail: string };

export function initialProgress(plan: Pick<Plan, 'steps'>): StepRecord[] {
  return plan.steps.map((step) => ({
    ...step,
    state: 'pending',
    startedAtMs: null,
    endedAtMs: null,
    undoStartedAtMs: null,
    undoEndedAtMs: null,
    detail: null,
  }));
}

/** Raised where our own code tells a story that cannot be; the run then fails and unwinds. */
export class ImpossibleStepEvent extends Error {}

/**
 * The step states from which each event may come. A stage that is tried again looks at all of its steps, those that
 * were done too. Nothing is done after its undo has begun.
 */
const ALLOWED: Record<StepEvent['type'], readonly StepState[]> = {
  started: ['pending', 'failed', 'held', 'done'],
  done: ['running'],
  failed: ['running'],
  held: ['pending', 'failed'],
  skipped: ['pending', 'failed', 'held'],
  'undo-started': ['pending', 'running', 'done', 'failed', 'held', 'skipped', 'undo-failed'],
  undone: ['pending', 'running', 'done', 'failed', 'held', 'skipped', 'undo-failed'],
  'undo-failed': ['pending', 'running', 'done', 'failed', 'held', 'skipped', 'undo-failed'],
};

/** The step records after an event; the given ones stay as they are. */
export function applyStepEvent(records: readonly StepRecord[], event: StepEvent): StepRecord[] {
  const target = records.find((record) => record.id === event.id);
  if (target === undefined) throw new ImpossibleStepEvent(`no step ${event.id} in this plan`);
  const forward = event.type !== 'undo-started' && event.type !== 'undone' && event.type !== 'undo-failed';
  const unwinding = target.undoStartedAtMs !== null;
  if (
    !ALLOWED[event.type].includes(target.state) ||
    (forward && unwinding) ||
    (!forward && !mayUndo(target, event))
  ) {
    throw new ImpossibleStepEvent(
      `step ${event.id} is ${target.state}${unwinding ? ', being undone or past it' : ''}: it cannot be ${event.type}`,
    );
  }
  return records.map((record) => {
    if (record.id === event.id) return changed(record, event);
    const absorbed =
      record.absorbedBy === event.id && (event.type === 'undone' || event.type === 'undo-failed');
    return absorbed ? changed(record, absorbedEvent(record, event)) : record;
  });
}

/**
 * One undo at a time, each ended once. One that failed can be begun anew; one that succeeded is over for good. A step
 * that another absorbs has no undo of its own.
 */
function mayUndo(record: StepRecord, event: StepEvent): boolean {
  if (record.absorbedBy !== null) return false;
  const ended = record.undoEndedAtMs !== null;
  if (event.type !== 'undo-started') return !ended;
  return record.undoStartedAtMs === null || (ended && record.state === 'undo-failed');
}

function absorbedEvent(record: StepRecord, event: StepEvent): StepEvent {
  return event.type === 'undone'
    ? { type: 'undone', id: record.id, atMs: event.atMs }
    : {
        type: 'undo-failed',
        id: record.id,
        atMs: event.atMs,
        detail: `goes with step ${event.id}, whose undo failed`,
      };
}

function changed(record: StepRecord, event: StepEvent): StepRecord {
  switch (event.type) {
    case 'started':
      return { ...record, state: 'running', startedAtMs: event.atMs, endedAtMs: null, detail: null };
    case 'done':
      return { ...record, state: 'done', endedAtMs: event.atMs };
    case 'failed':
      return { ...record, state: 'failed', endedAtMs: event.atMs, detail: event.detail };
    case 'held':
      return { ...record, state: 'held', detail: event.detail };
    case 'skipped':
      return { ...record, state: 'skipped', endedAtMs: event.atMs, detail: event.detail };
    case 'undo-started':
      return { ...record, undoStartedAtMs: event.atMs, undoEndedAtMs: null };
    case 'undone':
      return undone(record, event.atMs);
    case 'undo-failed':
      return {
        ...record,
        state: 'undo-failed',
        undoStartedAtMs: record.undoStartedAtMs ?? event.atMs,
        undoEndedAtMs: event.atMs,
        detail: event.detail,
      };
  }
}

/** A step that was never begun is undone all the same, but reads `skipped`: there was nothing to take back. */
function undone(record: StepRecord, atMs: number): StepRecord {
  const neverBegun = record.startedAtMs === null;
  return {
    ...record,
    state: neverBegun ? 'skipped' : 'undone',
    undoStartedAtMs: record.undoStartedAtMs ?? atMs,
    undoEndedAtMs: atMs,
    detail: neverBegun && record.detail === null ? 'never begun' : record.detail,
  };
}

/** The next step to undo: last in first out, each once, absorbed ones left to the step that absorbs them. */
export function nextUndo(plan: Pick<Plan, 'steps'>, records: readonly StepRecord[]): PlannedStep | null {
  const open = unwindOrder(plan).find(
    (step) =>
      step.absorbedBy === null && records.find((record) => record.id === step.id)?.undoEndedAtMs === null,
  );
  return open ?? null;
}

/** The step that is running, being undone or held now. */
export function currentStep(records: readonly StepRecord[]): StepRecord | null {
  const undoing = records.find((record) => record.undoStartedAtMs !== null && record.undoEndedAtMs === null);
  const inState = (state: StepState) => records.find((record) => record.state === state);
  return undoing ?? inState('running') ?? inState('held') ?? null;
}
