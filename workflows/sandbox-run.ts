import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { PreparedRun } from '../activities/prepare.ts';
import type { RunFindings } from '../activities/conclude.ts';
import type { Ending } from '../src/domain/outcomes.ts';
import type { RunReport } from '../src/report/report.ts';
import { load, patient, provisioning, quick } from './activity-proxies.ts';
import { describeError, endingFrom } from './errors.ts';
import { FIRST_LIMITS } from './limits.ts';
import type { RunProgress } from './messages.ts';
import { FAILURE_TYPES, progressQuery } from './messages.ts';
import { StepJournal } from './step-journal.ts';
import { unwind } from './unwind.ts';

/**
 * One life of a run: create the cluster, install agent-sandbox, run the claims, and take everything down again,
 * whatever happens in between. Takes the spec as the user wrote it; returns the report.
 */
export async function sandboxRun(specInput: unknown): Promise<RunReport> {
  const { namespace, workflowId, firstExecutionRunId } = workflowInfo();
  const progress: RunProgress = {
    runName: workflowId,
    phase: 'preparing',
    startedAtMs: Date.now(),
    steps: [],
    report: null,
  };
  setHandler(progressQuery, () => progress, {
    description: 'Stages and steps of this run, with states and times.',
  });

  const run = await quick(FIRST_LIMITS, { summary: 'check the spec and make the plan' }).prepareRun({
    spec: specInput,
    identity: { namespace, workflowId, firstExecutionRunId },
    startedAtMs: progress.startedAtMs,
  });
  const journal = new StepJournal(run.plan, run.searchAttributes);
  progress.phase = 'running';
  Object.defineProperty(progress, 'steps', { get: () => journal.records, enumerable: true });

  const findings: RunFindings = {
    cluster: null,
    installation: null,
    warmPool: null,
    windows: [],
    controllerHistogram: null,
  };
  let ending: Ending;
  try {
    await forward(run, journal, findings);
    ending = { kind: 'completed', thresholdsMissed: [] };
  } catch (error) {
    ending = endingFrom(error, journal.records);
  }
  return CancellationScope.nonCancellable(async () => {
    try {
      const report = await settle(run, journal, findings, ending, progress.startedAtMs);
      progress.report = report;
      progress.phase = 'done';
      return conclude(report);
    } catch (error) {
      throw asFailure(error);
    }
  });
}

/** The story: each stage's output is the next one's input. */
async function forward(run: PreparedRun, journal: StepJournal, findings: RunFindings): Promise<void> {
  const { plan, spec, limits } = run;
  await patient(limits, { summary: 'put the run under guard' }).watchRun({ plan, limits });

  findings.cluster = await journal.run('cluster', (step) =>
    provisioning(limits, { summary: step.title }).createCluster({ plan, spec }),
  );
  findings.installation = await journal.run('agent-sandbox', (step) =>
    provisioning(limits, { summary: step.title }).installAgentSandbox({ plan, spec }),
  );
  await journal.run('workload', (step) =>
    provisioning(limits, { summary: step.title }).installWorkload({ plan, spec }),
  );
  findings.warmPool = await journal.run('warm-pool', (step) =>
    provisioning(limits, { summary: step.title }).fillWarmPool({ plan, spec }),
  );
  await journal.run('claims', async (step) => {
    const window = await load(limits, { summary: step.title }).runClaims({ plan, spec, windowIndex: 0 });
    findings.windows.push(window);
    findings.controllerHistogram = await quick(limits, {
      summary: "read the controller's histogram",
    }).readControllerHistogram({
      installation: findings.installation,
    });
    if (window.counts.ready === 0) {
      throw ApplicationFailure.nonRetryable(
        `no claim of ${window.counts.due} became ready (${reasons(window.errors)})`,
        'NoData',
      );
    }
  });
}

/** The unwind, then the report with what it left, then the guard's release if nothing was. */
async function settle(
  run: PreparedRun,
  journal: StepJournal,
  findings: RunFindings,
  ending: Ending,
  startedAtMs: number,
): Promise<RunReport> {
  const { plan, spec, limits } = run;
  const unwound = await unwind(plan, limits, journal);
  const report = await quick(limits, { summary: 'write the report' }).writeRunReport({
    run: { plan, spec },
    findings,
    ending,
    unwound,
    steps: [...journal.records],
    startedAtMs,
    endedAtMs: Date.now(),
  });
  journal.mark({ SandtideOutcome: [report.outcome] });
  if (report.outcome !== 'cleanup-incomplete') {
    await quick(limits, { summary: 'release the guard' }).releaseGuard({ plan });
  }
  return report;
}

/** Turns an outcome into the workflow's own ending, as Temporal shows it. */
function conclude(report: RunReport): RunReport {
  switch (report.outcome) {
    case 'passed':
    case 'thresholds-missed':
      return report;
    case 'failed':
      throw ApplicationFailure.create({
        type: FAILURE_TYPES.runFailed,
        nonRetryable: true,
        message: `run ${report.runName} failed in ${report.failure?.stage ?? 'an unknown stage'} and was cleaned up: ${report.failure?.message ?? 'no reason was recorded'}`,
        details: [report],
      });
    case 'cleanup-incomplete':
      throw ApplicationFailure.create({
        type: FAILURE_TYPES.cleanupIncomplete,
        nonRetryable: true,
        message: `run ${report.runName} left ${report.leftovers.length} things behind; its guard tries again hourly`,
        details: [report.leftovers, report],
      });
    case 'cancelled':
      throw new CancelledFailure(`run ${report.runName} was cancelled and cleaned up`, [report]);
  }
}

/** Anything but Temporal's own failures would fail the task, not the workflow, and be retried for ever. */
function asFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  const { type, message } = describeError(error);
  return ApplicationFailure.nonRetryable(
    `the run could not be concluded: ${message}; its guard cleans up`,
    type,
  );
}

function reasons(errors: Record<string, number>): string {
  const parts = Object.entries(errors).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? 'no reason was recorded' : parts.join(', ');
}
