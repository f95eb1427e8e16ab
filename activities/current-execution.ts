import { Context } from '@temporalio/activity';
import { ResetError } from '../src/domain/errors.ts';
import type { Plan } from '../src/domain/plan.ts';

/** Run id of the execution that asked for this activity. */
export function currentExecution(): string {
  return Context.current().info.workflowExecution?.runId ?? 'none';
}

/** The activity itself, the same in each of its attempts. */
export function currentActivity(): string {
  return `${currentExecution()}/${Context.current().info.activityId}`;
}

/**
 * Throws `ResetError` where another execution has put itself under guard than the one that asks: a reset lies in between,
 * the execution before may still be undoing, and what it had made may be gone. Where none is named it is not looked at.
 */
export function refuseUnentered({ plan, entered }: { plan: Plan; entered?: string | null }): void {
  if (typeof entered === 'string' && entered !== currentExecution()) throw new ResetError(plan.runName);
}
