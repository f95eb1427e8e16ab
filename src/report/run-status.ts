import type { StepRecord } from '../domain/progress.ts';
import type { WindowLive } from '../measure/window-live.ts';

/** How a run stands right now, as far as a client can see it. */
export interface RunStatus {
  runName: string;
  /** `preparing`, `running` or `done`; for a guard `guard: ` and its state. */
  phase: string;
  startedAtMs: number;
  /** Empty while the plan is being made. */
  steps: readonly StepRecord[];
  /** What the activity that runs now said last; null where none has said anything. */
  activity: { message: string } | null;
  /** The load's figures while it runs. */
  claims: WindowLive | null;
}
