import assert from 'node:assert/strict';
import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** What a workflow that did not complete shows as its own end. */
export async function failureOf(run: WorkflowHandle): Promise<unknown> {
  const error = await run.result().catch((error: unknown) => error);
  assert.ok(error instanceof WorkflowFailedError, `${run.workflowId} did not fail`);
  return error.cause;
}

/** The same, of one that failed by our own word. */
export async function applicationFailureOf(run: WorkflowHandle): Promise<ApplicationFailure> {
  const failure = await failureOf(run);
  assert.ok(failure instanceof ApplicationFailure, String(failure));
  return failure;
}
