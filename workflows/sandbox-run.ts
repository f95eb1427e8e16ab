import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  ContinueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { PreparedRun } from '../activities/prepare.ts';
import type { Ending } from '../src/domain/outcomes.ts';
import { stagesThrough } from '../src/domain/stages.ts';
import type { RunReport } from '../src/report/report.ts';
import { quick } from './activity-proxies.ts';
import { complete } from './complete-stage.ts';
import { conclude } from './conclude.ts';
import type { CarriedLife } from './continue-run.ts';
import { asFailure, describeError, endingFrom } from './errors.ts';
import type { Life } from './life.ts';
import { beginLife, continuedLife, progressOf } from './life.ts';
import { FIRST_LIMITS } from './limits.ts';
import { listenToLoadOperators } from './load-operators.ts';
import { progressQuery } from './messages.ts';
import { listenToOperators } from './operators.ts';
import { settle } from './settle.ts';
import { putUnderGuard } from './under-guard.ts';

/**
 * One life of a run: create the cluster, install agent-sandbox, run the claims, and take everything down again,
 * whatever happens in between. Takes the spec as the user wrote it; returns the report. `carried` is what an execution
 * before this one hands on, in the middle of a long load.
 */
export async function sandboxRun(specInput: unknown, carried?: CarriedLife): Promise<RunReport> {
  try {
    return await wholeLife(specInput, carried);
  } catch (error) {
    throw asFailure(error);
  }
}

async function wholeLife(specInput: unknown, carried: CarriedLife | undefined): Promise<RunReport> {
  const startedAtMs = carried?.startedAtMs ?? Date.now();
  let life: Life | null = null;
  setHandler(progressQuery, () => progressOf(workflowInfo().workflowId, startedAtMs, life), {
    description: 'Stages and steps of this run, with states and times.',
  });
  listenToOperators(() => life);
  listenToLoadOperators(() => life);
  life =
    carried === undefined
      ? beginLife(await prepare(specInput, startedAtMs), startedAtMs)
      : continuedLife(carried);
  const ending = await endingOf(life);
  return CancellationScope.nonCancellable(() => endOf(life, ending));
}

/** Checks the spec and makes the plan; creates nothing. Not to be cancelled, so that a cancelled run has a report too. */
function prepare(spec: unknown, startedAtMs: number): Promise<PreparedRun> {
  const { namespace, workflowId, firstExecutionRunId, originalExecutionRunId } = workflowInfo();
  const identity = { namespace, workflowId, firstExecutionRunId };
  return CancellationScope.nonCancellable(() =>
    quick(FIRST_LIMITS, { summary: 'check the spec and make the plan' }).prepareRun({
      spec,
      identity,
      startedAtMs,
      originalExecutionRunId,
    }),
  );
}

/** The story: create-cluster, install-agent-sandbox, run-claims; each stage's output is the next one's input. */
async function forward(life: Life): Promise<void> {
  const byReset = await putUnderGuard(life);
  for (const stage of stagesThrough(life.run.through)) {
    // Of a run that has continued as new, the executions before have done what comes before its load; by a reset it may
    // live again when all of that is long gone.
    if (life.continued === 0 || byReset || stage === life.run.through) await complete(life, stage);
  }
}

async function endingOf(life: Life): Promise<Ending> {
  try {
    await forward(life);
    // What was left out has failed all the same.
    const [skipped] = life.skipped.values();
    return skipped ?? { kind: 'completed', thresholdsMissed: life.load?.aborted ?? [] };
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    return endingFrom(error, life.journal.records);
  }
}

/** Whatever goes wrong in here is the guard's to clean up: the run has not released it. */
async function endOf(life: Life, ending: Ending): Promise<RunReport> {
  let settled;
  try {
    settled = await settle(life, ending);
  } catch (error) {
    const { type, message } = describeError(error);
    throw ApplicationFailure.nonRetryable(
      `the run could not be concluded: ${message}; its guard cleans up`,
      type,
    );
  }
  await condition(allHandlersFinished); // an operator gets an answer, a refusal at least
  return conclude(life, settled);
}
