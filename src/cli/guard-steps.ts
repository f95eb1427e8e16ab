import type { StepRecord } from '../domain/progress.ts';

/** Steps as a guard's undos left them. It did not see them done, so its own records read as if they never were. */
export function guardSteps(steps: readonly StepRecord[]): StepRecord[] {
  return steps.map((step) => (step.state === 'skipped' ? { ...step, state: 'undone', detail: null } : step));
}
