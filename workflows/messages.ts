import { defineQuery, defineUpdate } from '@temporalio/workflow';
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
  /** The report once it is written; null before. */
  report: unknown;
}

/** A run under guard: enough to unwind it without asking anybody. */
export interface WatchRequest {
  plan: Plan;
  limits: RunLimits;
  /** All that the run still wants is to clean up after itself: it need not wait while another run is unwound. */
  toUnwind?: boolean;
}

/** What a guard hands to itself when it continues as new. */
export interface CarriedRun {
  plan: Plan;
  limits: RunLimits;
  /** When the guard tries again to unwind what is left of the run; null while it watches. Epoch milliseconds. */
  retryAtMs: number | null;
}

/** What the guard knows, for people. */
export interface GuardProgress {
  watched: {
    owner: string;
    leaseUntilSeconds: number;
    state: 'watching' | 'unwinding' | 'incomplete';
    steps: StepRecord[];
  }[];
}

/** Query: steps with states and times, and the report at the end. */
export const progressQuery = defineQuery<RunProgress>('progress');

/** Query of the guard: what it watches. */
export const guardQuery = defineQuery<GuardProgress>('watched');

/** Update, not a signal: the run must know that the guard stands, and waits here while the guard unwinds. */
export const watchUpdate = defineUpdate<void, [WatchRequest]>('watch');

/** Update: the run of this owner has ended clean, the guard need not act. */
export const releaseUpdate = defineUpdate<void, [{ owner: string }]>('release');
