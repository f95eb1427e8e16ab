import type { CollectedEvidence } from '../domain/evidence.ts';
import type { Leftover, StepId } from '../domain/plan.ts';
import type { Ending, Outcome, Verdict } from '../domain/outcomes.ts';
import type { StepState } from '../domain/progress.ts';
import type { Stage } from '../domain/stages.ts';
import type { ClockRow } from '../measure/clocks.ts';
import type { RunSummary } from '../measure/summary.ts';
import type { ThresholdCheck } from '../measure/thresholds.ts';
import type { RunSpec } from '../spec/schema.ts';
import type { SoakReport } from './soak-report.ts';

export const REPORT_VERSION = 1;

/** One step of the run with what became of it and of its undo. */
export interface ReportedStep {
  id: StepId;
  stage: Stage;
  title: string;
  undoTitle: string;
  /** The step whose undo took this one's result along; null where it had an undo of its own. */
  absorbedBy: StepId | null;
  state: StepState;
  startedAt: string | null;
  /** Seconds that doing it took; null where it was never begun. */
  durationSeconds: number | null;
  /** Seconds that its own undo took; null where it had none, or none was needed. */
  undoDurationSeconds: number | null;
  /**
   * How often it was begun, and its own undo, by Temporal's record of this execution; null where it never was, or where
   * nobody knows.
   */
  attempts: number | null;
  undoAttempts: number | null;
  /** The error, or why it was skipped. */
  detail: string | null;
}

/** Where the run's files are; null for one that could not be written. */
export interface ReportFiles {
  host: string;
  folder: string;
  report: string | null;
  markdown: string | null;
  /** The report as one page with charts, for a browser. */
  html: string | null;
  /** What CI systems read. */
  junit: string | null;
  /** Every claim's timeline: JSON lines, compressed with gzip. */
  claims: string | null;
  /** Why a file is missing, in a sentence; null where none is. */
  error: string | null;
}

/**
 * The whole outcome of a run; `report.json` and the workflow's result. Times are RFC 3339, durations in seconds,
 * latencies in milliseconds. Texts and lists are bounded, so that it is never larger than `MOST_REPORT_BYTES`.
 */
export interface RunReport {
  reportVersion: typeof REPORT_VERSION;
  runName: string;
  owner: string;
  namespace: string;
  workflowId: string;
  firstExecutionRunId: string;
  description: string | null;
  startedAt: string;
  endedAt: string;
  outcome: Outcome;
  /** How the forward part ended, which an incomplete cleanup would hide. */
  ending: Ending['kind'];
  /** What stopped the run, in a sentence; null where nothing did. */
  failure: { stage: string; step: string; errorType: string; message: string } | null;
  thresholdsMissed: string[];
  /** Every threshold held against the figures; empty where there are none to hold them against. */
  thresholds: ThresholdCheck[];
  verdict: Verdict;
  verdictReasons: string[];
  /** What is worth knowing beside the figures, and no fault of theirs: that the pool was exhausted, and when. */
  notes: string[];
  steps: ReportedStep[];
  /** Null where claims were sent but what became of them is not known: no data never reads as 0. */
  claims: RunSummary['claims'] | null;
  /** Null where no claim was measured. */
  latency: RunSummary['latency'] | null;
  /** In their order; left out where the load has none, or none was measured. */
  phases?: RunSummary['phases'];
  rates: RunSummary['rates'] | null;
  /** How latencies grew from the first windows to the last ones; empty where there are too few to tell. */
  drift: RunSummary['drift'] | null;
  /** The load as a series; missing or null where it was one window. */
  soak?: SoakReport | null;
  /** Failed and timed-out claims by reason, the most frequent ones; the others are summed up under one key. */
  errors: Record<string, number>;
  /** Null where the load was cut short or never begun. */
  generator: RunSummary['generator'] | null;
  /** The controller's own histogram, scraped at the end of the load; null where it could not be. */
  controllerHistogram: ControllerHistogram | null;
  /** The same intervals by our clock, the controller's stamps on each claim, and its histograms. */
  clocks: ClockRow[];
  warmPool: { replicas: number; fillSeconds: number } | null;
  /** Null where no cluster was made. */
  cluster: { provider: string; name: string; location: string; nodes: Record<string, number> } | null;
  /** What still carries the run's label, one by one; of very many only the first. */
  leftovers: Leftover[];
  /** How many there are, those not listed too. */
  leftoverCount: number;
  /** The cluster that was left on purpose, for another run to take over until then; null where it was taken down. */
  kept: { provider: string; name: string; until: string } | null;
  /** What was kept of a failed run before it was taken down; null where the run did not fail or nothing was begun. */
  evidence: CollectedEvidence | null;
  /** Versions of everything that ran. */
  versions: Record<string, string>;
  /** SHA-256 of what was installed: manifests, spec. */
  digests: Record<string, string>;
  /** Arguments of everything that ran, secrets never among them. */
  flags: Record<string, string[]>;
  spec: RunSpec;
  files: ReportFiles;
}

/** agent_sandbox_claim_controller_startup_latency_ms by launch type. Buckets begin at 100 ms: finer is interpolation. */
export interface ControllerHistogram {
  metric: string;
  byLaunchType: Record<string, { count: number; meanMs: number; p50Ms: number; p99Ms: number }>;
  /** The histogram that begins where the client sent the claim; null where nothing was counted in it. */
  client?: { metric: string; byLaunchType: ControllerHistogram['byLaunchType'] } | null;
}
