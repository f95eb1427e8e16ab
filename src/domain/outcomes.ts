/** How a run can end, and the exit code that `sandtide run` gives for it. */
export const EXIT_CODES = {
  passed: 0,
  failed: 2,
  'cleanup-incomplete': 3,
  'thresholds-missed': 4,
  cancelled: 5,
} as const;
export type Outcome = keyof typeof EXIT_CODES;

/** Bad usage or a bad spec: nothing was created. */
export const EXIT_BAD_INPUT = 1;
/** Temporal could not be reached: nothing was started. */
export const EXIT_TEMPORAL_UNREACHABLE = 6;

/** What the numbers are worth. `suspect` and `invalid` come with reasons. */
export type Verdict = 'valid' | 'suspect' | 'invalid';

/** Why the forward part of a run stopped, before the unwind has had its say. */
export type Ending =
  | { kind: 'completed'; thresholdsMissed: string[] }
  | { kind: 'failed'; stage: string; step: string; errorType: string; message: string }
  | { kind: 'cancelled' };

/** The outcome of a run: its ending, overruled by whatever the unwind left behind. */
export function outcomeOf(ending: Ending, leftoverCount: number, undoFailedCount: number): Outcome {
  if (leftoverCount > 0 || undoFailedCount > 0) return 'cleanup-incomplete';
  switch (ending.kind) {
    case 'completed':
      return ending.thresholdsMissed.length > 0 ? 'thresholds-missed' : 'passed';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
  }
}
