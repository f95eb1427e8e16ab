import type { Ending } from '../domain/outcomes.ts';
import type { KeptCluster } from '../domain/kept-cluster.ts';
import { outcomeOf } from '../domain/outcomes.ts';
import type { Leftover, Plan, StepId } from '../domain/plan.ts';
import type { StepRecord } from '../domain/progress.ts';
import { clockRows } from '../measure/clocks.ts';
import { poolExhausted } from '../measure/generator-health.ts';
import type { RunSummary } from '../measure/summary.ts';
import { NO_CLAIMS } from '../measure/window-result.ts';
import type { RunSpec } from '../spec/schema.ts';
import { bounded } from './bounded.ts';
import { begun, measure } from './measured.ts';
import type { ReportedStep, ReportFiles, RunReport } from './report.ts';
import { REPORT_VERSION } from './report.ts';
import { digestsOf, flagsOf, versionsOf } from './provenance.ts';
import { NO_NOTES } from '../domain/load-notes.ts';
import type { SoakFindings } from './soak-report.ts';
import { soakReport } from './soak-report.ts';
import type { ReportFindings } from './report-findings.ts';

/** Everything about a run that its report is made of. */
export interface ReportRequest {
  run: { plan: Plan; spec: RunSpec };
  findings: ReportFindings;
  ending: Ending;
  unwound: { leftovers: Leftover[]; undoFailed: number };
  /** The cluster that is left for another run; missing or null where it is not. */
  kept?: KeptCluster | null;
  /** Of a load of many windows; missing or null elsewhere. */
  soak?: SoakFindings | null;
  steps: StepRecord[];
  startedAtMs: number;
  endedAtMs: number;
}

/** How often each step, and the undo of each, was begun. What was never begun is missing. */
export interface StepAttempts {
  steps: Partial<Record<StepId, number>>;
  undos: Partial<Record<StepId, number>>;
}

/** What only the worker that writes the report knows. */
export interface ReportContext {
  /** Of the programs in the worker itself. */
  versions: Readonly<Record<string, string>>;
  files: ReportFiles;
  /** The windows were read back from the journal of a load that never ended by itself. */
  cutShort: boolean;
  /** Null where it could not be found out. */
  attempts: StepAttempts | null;
}

function wasChanged({ soak }: ReportRequest): boolean {
  const { first, newest } = soak?.notes ?? NO_NOTES;
  return [...first, ...newest].some(({ kind }) => kind === 'changed');
}

/** The report of a run, whatever its ending: JSON-safe, bounded in size. */
export function buildReport(request: ReportRequest, context: ReportContext): RunReport {
  const { run, findings, unwound, steps } = request;
  const { plan, spec } = run;
  const { summary, judgement, thresholds, ending } = measure({
    windows: findings.windows,
    cutShort: context.cutShort,
    load: spec.load,
    loadChanged: wasChanged(request),
    thresholds: spec.thresholds,
    controller: findings.controllerHistogram,
    claimsAsked: spec.through === 'run-claims',
    steps,
    ending: request.ending,
    suspect: [...unscraped(findings), ...faulted(context)],
  });
  return bounded({
    reportVersion: REPORT_VERSION,
    runName: plan.runName,
    owner: plan.owner,
    namespace: plan.identity.namespace,
    workflowId: plan.identity.workflowId,
    firstExecutionRunId: plan.identity.firstExecutionRunId,
    description: spec.description ?? null,
    startedAt: time(request.startedAtMs),
    endedAt: time(request.endedAtMs),
    outcome: outcomeOf(ending, unwound.leftovers.length, unwound.undoFailed),
    ending: ending.kind,
    failure: ending.kind === 'failed' ? failureOf(ending) : null,
    thresholdsMissed: ending.kind === 'completed' ? ending.thresholdsMissed : [],
    thresholds,
    verdict: judgement.verdict,
    verdictReasons: judgement.reasons,
    notes: notesOf(summary, spec),
    steps: steps.map((step) => reported(step, context.attempts)),
    // That nothing was sent is known where the load was never begun.
    claims: summary?.claims ?? (begun(steps, 'claims') ? null : NO_CLAIMS),
    latency: summary?.latency ?? null,
    ...(summary?.phases === undefined ? {} : { phases: summary.phases }),
    rates: summary?.rates ?? null,
    drift: summary?.drift ?? null,
    soak: soakReport(request.soak ?? null),
    errors: summary?.errors ?? {},
    generator: context.cutShort ? null : (summary?.generator ?? null),
    controllerHistogram: findings.controllerHistogram,
    clocks: summary === null || context.cutShort ? [] : clockRows(summary, findings.controllerHistogram),
    warmPool:
      findings.warmPool === null
        ? null
        : { replicas: findings.warmPool.replicas, fillSeconds: findings.warmPool.fillMs / 1000 },
    cluster: findings.cluster === null ? null : { ...findings.cluster.handle, nodes: findings.cluster.nodes },
    leftovers: unwound.leftovers,
    leftoverCount: unwound.leftovers.length,
    kept: keptUntil(request.kept ?? null),
    evidence: findings.evidence ?? null, // a run that an earlier version began knows of none
    versions: { ...context.versions, ...versionsOf(findings) },
    digests: digestsOf(findings, spec),
    flags: flagsOf(findings),
    spec,
    files: context.files,
  });
}

function failureOf({ stage, step, errorType, message }: Extract<Ending, { kind: 'failed' }>) {
  return { stage, step, errorType, message };
}

function keptUntil(kept: KeptCluster | null): RunReport['kept'] {
  if (kept === null) return null;
  const { provider, name, untilSeconds } = kept;
  return { provider, name, until: time(untilSeconds * 1000) };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

function reported(step: StepRecord, attempts: StepAttempts | null): ReportedStep {
  const { id, stage, title, undoTitle, absorbedBy, state, detail, startedAtMs } = step;
  return {
    id,
    stage,
    title,
    undoTitle,
    absorbedBy,
    state,
    startedAt: startedAtMs === null ? null : time(startedAtMs),
    durationSeconds: seconds(startedAtMs, step.endedAtMs),
    // What goes with another step has no time of its own, and what never was took none.
    undoDurationSeconds:
      absorbedBy !== null || state === 'skipped' ? null : seconds(step.undoStartedAtMs, step.undoEndedAtMs),
    attempts: attempts?.steps[id] ?? null,
    undoAttempts: attempts?.undos[id] ?? null,
    detail,
  };
}

function seconds(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : (toMs - fromMs) / 1000;
}

/** What is worth knowing beside the figures, and no fault of theirs. */
function notesOf(summary: RunSummary | null, spec: RunSpec): string[] {
  const exhausted = summary === null ? null : poolExhausted(summary, spec.agentSandbox.warmPool.replicas);
  return exhausted === null ? [] : [exhausted];
}

/** A controller whose metrics can be reached must have counted the claims that it made ready. */
function unscraped({ windows, installation, controllerHistogram }: ReportFindings): string[] {
  const reachable = (installation?.process ?? null) !== null;
  if (windows.length === 0 || !reachable || controllerHistogram !== null) return [];
  return ["The controller's own histogram could not be read, so nothing stands beside these figures."];
}

/** A worker with a faults file says so among its versions. */
function faulted({ versions }: ReportContext): string[] {
  return versions['faults'] === undefined
    ? []
    : ['Network faults were put between sandtide and the API server on purpose, by a faults file.'];
}
