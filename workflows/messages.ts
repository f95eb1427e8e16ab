import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { HeldStage } from '../src/domain/held-stage.ts';
import type { GuardState } from '../src/domain/guarding.ts';
import type { Lease } from '../src/domain/lease.ts';
import type { LoadNotes } from '../src/domain/load-notes.ts';
import type { LoadOrders } from '../src/domain/load-orders.ts';
import type { HoldAddress } from '../src/domain/operator-actions.ts';
import type { StageStart } from '../src/domain/operator-commands.ts';
import type { Plan } from '../src/domain/plan.ts';
import type { StepRecord } from '../src/domain/progress.ts';
import type { RunLimits } from './limits.ts';

/** Types of the workflows, as the Temporal CLI names them. */
export const SANDBOX_RUN = 'sandboxRun';
export const RUN_GUARD = 'runGuard';
export const SANDTIDE_SWEEP = 'sandtideSweep';

/** Workflows and their activities. */
export const RUN_TASK_QUEUE = 'sandtide';
/** Undos have a queue of their own, so that load can't starve them. */
export const CLEANUP_TASK_QUEUE = 'sandtide-cleanup';

/** Failure types with which a run can end; each carries its details. */
export const FAILURE_TYPES = {
  invalidSpec: 'InvalidSpec',
  runFailed: 'RunFailed',
  cleanupIncomplete: 'CleanupIncomplete',
  reportUnwritten: 'ReportUnwritten',
} as const;

/** What a run says of itself at any moment. */
export interface RunProgress {
  runName: string;
  /** `preparing`, `waiting-for-guard`, a stage, or `done`. */
  phase: string;
  startedAtMs: number;
  steps: StepRecord[];
  /** The failed stage that waits for an operator now; null where none does. */
  hold: HeldStage | null;
  /** Where in the history each stage was begun last: what a reset needs. */
  starts: StageStart[];
  /** The report once it is written; null before. */
  report: unknown;
  /** How the load stands; missing or null before it was begun. */
  load?: LoadProgress | null;
}

/** A load under way, for people. */
export interface LoadProgress {
  /** Windows that are over, and how many there are as the load stands; null while it is paused. */
  windowsOver: number;
  windows: number | null;
  paused: boolean;
  notes: LoadNotes;
  /** Executions of the run before this one, by continue-as-new. */
  continued: number;
}

/** A run under guard: enough to unwind it without asking anybody. */
export interface WatchRequest {
  plan: Plan;
  limits: RunLimits;
  /** Which execution asks. */
  executionRunId: string;
  /** It came by a reset and has not been seen yet: the execution before it may still be stopping. */
  afterReset: boolean;
  /** All that the run still wants is to clean up after itself: it need not wait while another run is unwound. */
  toUnwind: boolean;
  /** Unix seconds; until when the lease is to go, as far as its cap allows. Null: as the plan says. */
  extendToSeconds: number | null;
  /** Search attributes that the server knows. */
  searchAttributes: string[];
}

/** What a guard hands to itself when it continues as new. */
export interface CarriedRun {
  plan: Plan;
  limits: RunLimits;
  searchAttributes: string[];
  /** Executions that were seen, the newest last. */
  executions: string[];
  /** Until when the cluster is kept for another run, Unix seconds; null where it is not. */
  keptUntilSeconds: number | null;
  /** When the guard tries again to unwind what is left of the run; null while it watches. Epoch milliseconds. */
  retryAtMs: number | null;
}

/** What the guard knows, for people. */
export interface GuardProgress {
  watched: {
    owner: string;
    leaseUntilSeconds: number;
    leaseCapSeconds: number;
    state: GuardState;
    /** Until when the cluster is kept for another run, Unix seconds; null where it is not. */
    keptUntilSeconds: number | null;
    /** Whoever takes the cluster over needs its names. */
    plan: Plan;
    steps: StepRecord[];
  }[];
}

/** Query: steps with states and times, and the report at the end. */
export const progressQuery = defineQuery<RunProgress>('progress');

/** Query of the guard: what it watches. */
export const guardQuery = defineQuery<GuardProgress>('watched');

/**
 * Update, not a signal: the run must know that the guard stands, and waits here while the guard unwinds. Answers with the
 * lease that the run has from now on.
 */
export const watchUpdate = defineUpdate<Lease, [WatchRequest]>('watch');

/** Update: the run of this owner has ended clean, the guard need not act. */
export const releaseUpdate = defineUpdate<void, [{ owner: string; executionRunId: string }]>('release');

/**
 * Update: the run of this owner ends and leaves its cluster for another run to take over. Nobody having done so by then
 * (Unix seconds), the guard takes it down.
 */
export const keepUpdate = defineUpdate<
  void,
  [{ owner: string; executionRunId: string; untilSeconds: number }]
>('keep');

/** Update of a guard whose unwind has left something: try again now, not within the hour. */
export const retryTeardownUpdate = defineUpdate<OperatorAnswer>('retryTeardown');

/** What became of an operator's word, in a sentence. */
export interface OperatorAnswer {
  message: string;
}

/** Update of a held run: the stage is tried again, with what came before it looked at first. */
export const retryStageUpdate = defineUpdate<OperatorAnswer, [HoldAddress & { changes?: unknown }]>(
  'retryStage',
);
/** Update of a held run: it goes on without the stage. */
export const skipStageUpdate = defineUpdate<OperatorAnswer, [HoldAddress]>('skipStage');
/** Update of a held run: `by` is a duration, `30m`. */
export const extendHoldUpdate = defineUpdate<OperatorAnswer, [HoldAddress & { by: string }]>('extendHold');
/** Update of a held run: it ends as failed, and everything is taken down. */
export const tearDownUpdate = defineUpdate<OperatorAnswer, [HoldAddress]>('tearDown');

/** Which window a driver asks for. */
export interface LoadRequest {
  window: number;
}

/** Who changes a load, as they call themselves; for the report. */
interface By {
  who?: string;
}

/** Query of a run by the drivers of its load: what they are to do from now on. */
export const loadOrdersQuery = defineQuery<LoadOrders, [LoadRequest]>('loadOrders');

/** Update of a run that sends claims: another rate. */
export const setRateUpdate = defineUpdate<OperatorAnswer, [By & { qps: number }]>('setRate');
/** Update of a run that sends claims: none until it is resumed. */
export const pauseLoadUpdate = defineUpdate<OperatorAnswer, [By]>('pauseLoad');
export const resumeLoadUpdate = defineUpdate<OperatorAnswer, [By]>('resumeLoad');
/** Update of a run that sends claims: `by` is a duration, `30m`. */
export const extendLoadUpdate = defineUpdate<OperatorAnswer, [By & { by: string }]>('extendLoad');
