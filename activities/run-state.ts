import { WorkflowNotFoundError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { UnavailableError } from '../src/domain/errors.ts';
import type { Plan } from '../src/domain/plan.ts';
import type { Work } from '../src/domain/work.ts';
import { temporalCall } from './temporal-call.ts';

const { HistoryEventFilterType } = proto.temporal.api.enums.v1;

/** One look-up: an answer that never comes must not hold an activity up that may run for days. */
export const CALL_MS = 15_000;
/** One long poll; the activity heartbeats meanwhile, and asks again after it. */
const POLL_MS = 20_000;

/**
 * Whether the run's workflow id has an open execution of the same chain (reset and continue-as-new keep the first
 * execution's run id). A new run of the same id is another run. Only Temporal's own "no such workflow" counts as closed.
 */
export async function describeRun(plan: Plan): Promise<'open' | 'closed'> {
  const { workflowId, firstExecutionRunId } = plan.identity;
  try {
    const description = await temporalCall(CALL_MS, (client) =>
      client.workflow.getHandle(workflowId).describe(),
    );
    if (description.status.name !== 'RUNNING') return 'closed';
    const firstRunId = description.raw.workflowExecutionInfo?.firstRunId ?? '';
    if (firstRunId === '') {
      throw new UnavailableError({
        what: 'Temporal does not say to which run the open execution belongs',
        object: `workflow ${workflowId}`,
        next: 'use a Temporal server of version 1.29 or later',
      });
    }
    return firstRunId === firstExecutionRunId ? 'open' : 'closed';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'closed';
    throw error;
  }
}

/** Returns when the newest execution closes, or after a while all the same. */
export async function untilClosed(plan: Plan, work: Work): Promise<void> {
  work.progress(`watching ${plan.runName}`);
  const deadline = Date.now() + POLL_MS;
  try {
    await temporalCall(POLL_MS, (client) =>
      client.workflowService.getWorkflowExecutionHistory({
        namespace: plan.identity.namespace,
        execution: { workflowId: plan.identity.workflowId },
        waitNewEvent: true,
        historyEventFilterType: HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT,
        skipArchival: true,
      }),
    );
  } catch (error) {
    // The poll's own end is no trouble; anything else is the server's.
    if (work.signal.aborted || Date.now() < deadline - 1_000) throw error;
  }
}
