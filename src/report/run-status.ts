import type { HeldStage } from '../domain/held-stage.ts';
import type { StepRecord } from '../domain/progress.ts';
import type { WindowLive } from '../measure/window-live.ts';

/** How a run stands right now, as far as a client can see it. */
export interface RunStatus {
  runName: string;
  /** `preparing`, a stage, or `done`; for a guard `guard: ` and its state. */
  phase: string;
  startedAtMs: number;
  /** Empty while the plan is being made. */
  steps: readonly StepRecord[];
  /** The failed stage that waits for an operator; null where none does. */
  hold: HeldStage | null;
  /** What the activity that runs now said last, and why it is tried again where it is; null where there is nothing to say. */
  activity: { message: string; attempt: number; lastFailure: string | null } | null;
  /** The load's figures while it runs. */
  claims: WindowLive | null;
}
