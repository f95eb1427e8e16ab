import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import {
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { UnworkableError } from '../src/domain/errors.ts';
import type { Lease } from '../src/domain/lease.ts';
import { laterLease, withLease } from '../src/domain/lease.ts';
import { guardWorkflowId } from '../src/domain/names.ts';
import type { Plan } from '../src/domain/plan.ts';
import type { Work } from '../src/domain/work.ts';
import { keepUpdate, releaseUpdate, RUN_GUARD, RUN_TASK_QUEUE, watchUpdate } from '../workflows/messages.ts';
import type { WatchRequest } from '../workflows/messages.ts';
import { asActivity } from './activity-work.ts';
import { currentExecution } from './current-execution.ts';
import { CALL_MS, describeRun, untilClosed } from './run-state.ts';
import { temporalCall } from './temporal-call.ts';

/** One wait for the guard's answer; asked again after it under the same update id, so the guard hears one question. */
const ANSWER_MS = 20_000;

/** What a run asks its guard for. Which execution asks is seen here: workflow code may not depend on it. */
export interface GuardCall extends Omit<WatchRequest, 'executionRunId' | 'afterReset'> {
  originalExecutionRunId: string;
  /** The execution that has put itself under guard last; null before. */
  entered: string | null;
}

/** What it is told: the lease that it has from now on, and as which execution. */
export interface GuardReply extends Lease {
  executionRunId: string;
  /** This execution came by a reset. */
  byReset: boolean;
}

/** What run and guard ask of Temporal itself. */
export function guardActivities(nowMs: () => number = Date.now) {
  return {
    /** Starts the run's guard or finds it, and returns once it stands and nothing of that name is being unwound. */
    watchRun(call: GuardCall): Promise<GuardReply> {
      return asActivity(async (work) => {
        const executionRunId = currentExecution();
        const byReset = executionRunId !== call.originalExecutionRunId;
        const afterReset = byReset && call.entered !== executionRunId;
        const { plan, limits, searchAttributes, toUnwind, extendToSeconds } = call;
        const request: WatchRequest = {
          plan: afterReset ? withLease(plan, laterLease(plan, leaseFromNow(limits, nowMs()))) : plan,
          limits,
          searchAttributes,
          toUnwind,
          extendToSeconds,
          executionRunId,
          afterReset,
        };
        work.progress('waiting for the guard');
        for (;;) {
          const lease = await answered((client) => watch(client, request), work);
          if (lease !== null) return { ...lease, executionRunId, byReset };
        }
      });
    },
    /**
     * Tells a guard that this run has cleaned up, or taken over what it keeps. A guard that is gone has nothing to be
     * told.
     */
    releaseGuard({ runName, owner }: Pick<Plan, 'runName' | 'owner'>): Promise<void> {
      return asActivity(() =>
        unlessGone((client) =>
          client.workflow.getHandle(guardWorkflowId(runName)).executeUpdate(releaseUpdate, {
            args: [{ owner, executionRunId: currentExecution() }],
            updateId: updateId(),
          }),
        ),
      );
    },
    /** Leaves the run's cluster to its guard, for another run to take over until then. */
    keepUnderGuard({ plan, untilSeconds }: { plan: Plan; untilSeconds: number }): Promise<void> {
      return asActivity(() =>
        temporalCall(CALL_MS, (client) =>
          client.workflow.getHandle(guardWorkflowId(plan.runName)).executeUpdate(keepUpdate, {
            args: [{ owner: plan.owner, executionRunId: currentExecution(), untilSeconds }],
            updateId: updateId(),
          }),
        ),
      );
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
        await unlessGone((client) => {
          const run = client.workflow.getHandle(workflowId, undefined, { firstExecutionRunId });
          return how === 'cancel' ? run.cancel() : run.terminate('its lease is over');
        });
      });
    },
  };
}

/** The lease of an execution that begins now: a reset may come days after the first one was over. */
function leaseFromNow({ leaseMs, leaseCapMs }: WatchRequest['limits'], nowMs: number): Lease {
  return {
    leaseUntilSeconds: Math.ceil((nowMs + leaseMs) / 1000),
    leaseCapSeconds: Math.ceil((nowMs + leaseCapMs) / 1000),
  };
}

function watch(client: Client, request: WatchRequest): Promise<Lease> {
  const startWorkflowOperation = new WithStartWorkflowOperation(RUN_GUARD, {
    workflowId: guardWorkflowId(request.plan.runName),
    taskQueue: RUN_TASK_QUEUE,
    args: [],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: `unwinds ${request.plan.runName} if nobody else does`,
  });
  return client.workflow.executeUpdateWithStart(watchUpdate, {
    args: [request],
    updateId: updateId(),
    startWorkflowOperation,
  });
}

/** The same for each attempt of one activity: an Update is sent once, however often its answer is lost. */
function updateId(): string {
  return `${currentExecution()}/${Context.current().info.activityId}`;
}

/** Null where the guard has not answered yet. A refusal is final: the same question would get the same answer. */
async function answered<T>(ask: (client: Client) => Promise<T>, work: Work): Promise<T | null> {
  try {
    return await temporalCall(ANSWER_MS, ask);
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw refusal(error);
    if (work.signal.aborted || !(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) throw error;
    return null;
  }
}

function refusal(error: WorkflowUpdateFailedError): UnworkableError {
  return new UnworkableError({
    what: `refused to guard the run: ${error.cause?.message ?? error.message}`,
    object: 'the guard',
    next: 'look at that workflow in Temporal; nothing is created without a guard',
    cause: error,
  });
}

async function unlessGone(ask: (client: Client) => Promise<unknown>): Promise<void> {
  try {
    await temporalCall(CALL_MS, ask);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
