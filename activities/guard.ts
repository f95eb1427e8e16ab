import { Context } from '@temporalio/activity';
import { WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import { guardWorkflowId } from '../src/domain/names.ts';
import type { Plan } from '../src/domain/plan.ts';
import { releaseUpdate, RUN_GUARD, RUN_TASK_QUEUE, watchUpdate } from '../workflows/messages.ts';
import type { WatchRequest } from '../workflows/messages.ts';
import { asActivity } from './activity-work.ts';
import { describeRun, untilClosed } from './run-state.ts';

/** What run and guard ask of Temporal itself. */
export function guardActivities() {
  return {
    /** Starts the run's guard or finds it, and returns once it stands and is not unwinding. */
    watchRun(request: WatchRequest): Promise<void> {
      return asActivity(async (work) => {
        work.progress('waiting for the guard');
        const startWorkflowOperation = new WithStartWorkflowOperation(RUN_GUARD, {
          workflowId: guardWorkflowId(request.plan.runName),
          taskQueue: RUN_TASK_QUEUE,
          args: [],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: `unwinds ${request.plan.runName} if nobody else does`,
        });
        await Context.current().client.workflow.executeUpdateWithStart(watchUpdate, {
          args: [request],
          startWorkflowOperation,
        });
      });
    },
    /** Tells the guard that this run has cleaned up. A guard that is gone has nothing to be told. */
    releaseGuard({ plan }: { plan: Plan }): Promise<void> {
      return asActivity(async () => {
        const guard = Context.current().client.workflow.getHandle(guardWorkflowId(plan.runName));
        try {
          await guard.executeUpdate(releaseUpdate, { args: [{ owner: plan.owner }] });
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        }
      });
    },
    /** Returns when no execution of this run is open. One activity that long-polls: no history grows by it. */
    awaitRunEnd({ plan }: { plan: Plan }): Promise<void> {
      return asActivity(async (work) => {
        while ((await describeRun(plan)) === 'open') await untilClosed(plan, work);
      });
    },
    /** Whether an execution of this run is open. A look-up that fails is an error, never "gone". */
    isRunOpen({ plan }: { plan: Plan }): Promise<boolean> {
      return asActivity(async () => (await describeRun(plan)) === 'open');
    },
    /** Ends a run whose lease is over: first by request, then by force. */
    endRun({ plan, how }: { plan: Plan; how: 'cancel' | 'terminate' }): Promise<void> {
      return asActivity(async () => {
        if ((await describeRun(plan)) !== 'open') return;
        const { workflowId, firstExecutionRunId } = plan.identity;
        const run = Context.current().client.workflow.getHandle(workflowId, undefined, {
          firstExecutionRunId,
        });
        await (how === 'cancel' ? run.cancel() : run.terminate('its lease is over'));
      });
    },
  };
}
