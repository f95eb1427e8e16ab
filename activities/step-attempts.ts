import { Context } from '@temporalio/activity';
import type { StepAttempts } from '../src/report/build-report.ts';
import { AttemptCount } from './count-attempts.ts';
import { temporalCall } from './temporal-call.ts';

/** A history of thousands of events comes in a second or two; a report waits for no more than this. */
const TIMEOUT_MS = 10_000;

/**
 * How often each step and each undo of this execution was begun, from Temporal's own record of it: nobody else knows.
 * Null where it can't be read, for a missing figure must not cost the run its report.
 */
export async function readStepAttempts(): Promise<StepAttempts | null> {
  const { info, cancellationSignal } = Context.current();
  const count = new AttemptCount();
  const deadlineMs = Date.now() + TIMEOUT_MS;
  try {
    let nextPageToken = new Uint8Array();
    do {
      const request = { namespace: info.namespace, execution: info.workflowExecution ?? null, nextPageToken };
      const answer = await temporalCall(deadlineMs - Date.now(), ({ workflowService }) =>
        workflowService.getWorkflowExecutionHistory(request),
      );
      for (const event of answer.history?.events ?? []) count.add(event);
      nextPageToken = new Uint8Array(answer.nextPageToken);
    } while (nextPageToken.length > 0);
    return count.result();
  } catch {
    cancellationSignal.throwIfAborted();
    return null;
  }
}
