import type { Leftover, StepId } from '../domain/plan.ts';
import type { Outcome, Verdict } from '../domain/outcomes.ts';
import type { StepState } from '../domain/progress.ts';
import type { Stage } from '../domain/stages.ts';
import type { RunSummary } from '../measure/summary.ts';
import type { RunSpec } from '../spec/schema.ts';

export const REPORT_VERSION = 1;

/** One step of the run with what became of it and of its undo. */
export interface ReportedStep {
  id: StepId;
  stage: Stage;
  title: string;
  state: StepState;
  startedAt: string | null;
  /** Seconds that doing it took; null where it was never begun. */
  durationSeconds: number | null;
  undoDurationSeconds: number | null;
  /** The error, or why it was skipped. */
  detail: string | null;
}

/** The whole outcome of a run; `report.json`. Times are RFC 3339, durations in seconds, latencies in milliseconds. */
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
  /** What stopped the run, in a sentence; null where it passed. */
  failure: { stage: string; step: string; errorType: string; message: string } | null;
  thresholdsMissed: string[];
  verdict: Verdict;
  verdictReasons: string[];
  steps: ReportedStep[];
  claims: RunSummary['claims'];
  /** Null where no claim was measured: no data never reads as 0. */
  latency: RunSummary['latency'] | null;
  rates: RunSummary['rates'] | null;
  errors: Record<string, number>;
  generator: RunSummary['generator'] | null;
  /** The controller's own histogram, scraped at the end of the load; null where it could not be. */
  controllerHistogram: ControllerHistogram | null;
  warmPool: { replicas: number; fillSeconds: number } | null;
  leftovers: Leftover[];
  versions: Record<string, string>;
  /** SHA-256 of what was installed: manifests, spec. */
  digests: Record<string, string>;
  /** Arguments of everything that ran, secrets never among them. */
  flags: Record<string, string[]>;
  spec: RunSpec;
  files: { host: string; folder: string; report: string; markdown: string; claims: string | null };
}

/** agent_sandbox_claim_controller_startup_latency_ms by launch type. Buckets begin at 100 ms: finer is interpolation. */
export interface ControllerHistogram {
  metric: string;
  byLaunchType: Record<string, { count: number; meanMs: number; p50Ms: number; p99Ms: number }>;
}
