import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { Plan } from '../src/domain/plan.ts';
import type { Work } from '../src/domain/work.ts';

/** One long poll; the activity heartbeats meanwhile, and asks again after it. */
const POLL_MS = 20_000;

/**
 * Whether the run's workflow id has an open execution of the same chain (reset and continue-as-new keep the first
 * execution's run id). A new run of the same id is another run. Only Temporal's own "no such workflow" counts as closed.
 */
export async function describeRun(plan: Plan): Promise<'open' | 'closed'> {
  const { workflowId, firstExecutionRunId } = plan.identity;
  try {
    const description = await Context.current().client.workflow.getHandle(workflowId).describe();
    const firstRunId = description.raw.workflowExecutionInfo?.firstRunId ?? '';
    const same = firstRunId === '' || firstRunId === firstExecutionRunId;
    return description.status.name === 'RUNNING' && same ? 'open' : 'closed';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'closed';
    throw error;
  }
}

/** Returns when the newest execution closes, or after a while all the same. */
export async function untilClosed(plan: Plan, work: Work): Promise<void> {
  const { client } = Context.current();
  work.progress(`watching ${plan.runName}`);
  const deadline = Date.now() + POLL_MS;
  try {
    await client.withDeadline(deadline, () =>
      client.withAbortSignal(work.signal, () =>
        client.workflowService.getWorkflowExecutionHistory({
          namespace: plan.identity.namespace,
          execution: { workflowId: plan.identity.workflowId },
          waitNewEvent: true,
          historyEventFilterType:
            temporal.api.enums.v1.HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT,
          skipArchival: true,
        }),
      ),
    );
  } catch (error) {
    if (work.signal.aborted) throw work.signal.reason;
    if (Date.now() < deadline - 1_000) throw error; // the server's trouble, not the poll's end
  }
}
