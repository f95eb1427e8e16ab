import type { PhaseSummary } from '../measure/summary.ts';
import { arrivalsWords } from './load-words.ts';
import type { RunReport } from './report.ts';

/** One phase in a table; milliseconds from due to ready, null for what is not known. */
export interface PhaseRow {
  name: string;
  arrivals: string;
  due: number;
  ready: number;
  /** Timed-out ones among them. */
  failed: number;
  /** Claims that nobody sent, and such whose end nobody knows. */
  lost: number;
  sentQps: number | null;
  p50Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
}

/** The phases of the load in their order; none where it has none. */
export function phaseRows({ phases = [], spec }: Pick<RunReport, 'phases' | 'spec'>): PhaseRow[] {
  return phases.map((phase) => {
    const asked = spec.load.phases?.find(({ name }) => name === phase.name);
    return rowOf(phase, asked === undefined ? '' : arrivalsWords(asked.arrivals, asked.qps));
  });
}

function rowOf({ name, claims, latency, rates }: PhaseSummary, arrivals: string): PhaseRow {
  const stats = latency.dueToReady?.all;
  return {
    name,
    arrivals,
    due: claims.due,
    ready: claims.ready,
    failed: claims.failed + claims.timedOut,
    lost: claims.notSubmitted + claims.unknown,
    sentQps: rates.submitQps,
    p50Ms: stats?.p50Ms ?? null,
    p99Ms: stats?.p99Ms ?? null,
    maxMs: stats?.maxMs ?? null,
  };
}
