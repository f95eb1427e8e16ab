import { WorkflowNotFoundError } from '@temporalio/client';
import { guardWorkflowId } from '../src/domain/names.ts';
import type { GuardProgress } from '../workflows/messages.ts';
import { guardQuery } from '../workflows/messages.ts';
import { CALL_MS } from './run-state.ts';
import { temporalCall } from './temporal-call.ts';

/** What the guard of runs of that name watches; nothing where there is no guard. */
export async function guardedBy(runName: string): Promise<GuardProgress['watched']> {
  try {
    const { watched } = await temporalCall(CALL_MS, (client) =>
      client.workflow.getHandle(guardWorkflowId(runName)).query(guardQuery),
    );
    return watched;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}
