import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { StageStart } from '../domain/operator-commands.ts';

const { ResetReapplyExcludeType } = proto.temporal.api.enums.v1;

/** Old Updates and Signals meant another moment, and an old cancel request would end the run again. */
const LEFT_OUT = [
  ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
  ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE,
  ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_NEXUS,
  ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_CANCEL_REQUEST,
];

/** Begins a run again with a stage, open or ended; run id of the new execution. */
export async function resetToStage(
  client: Client,
  runName: string,
  { stage, eventId, executionRunId }: StageStart,
): Promise<string> {
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: runName, runId: executionRunId },
    workflowTaskFinishEventId: eventId as unknown as null, // typed as a Long, which a number is good for
    requestId: randomUUID(),
    reason: `sandtide retry, from ${stage}`,
    resetReapplyExcludeTypes: LEFT_OUT,
  });
  return runId;
}
