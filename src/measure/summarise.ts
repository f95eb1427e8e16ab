import type { PhaseSpec } from '../spec/load-schema.ts';
import type { LoadSpec } from '../spec/schema.ts';
import { driftOf } from './drift.ts';
import { totalApi } from './generator-health.ts';
import { LatencyRecorder, SERIES, SPLITS } from './histograms.ts';
import { latencyStats } from './latency-stats.ts';
import type { PhaseSummary, RunSummary } from './summary.ts';
import type { ClaimCounts, PhaseResult, WindowResult } from './window-result.ts';
import { NO_CLAIMS } from './window-result.ts';

/** All windows of a run as one: counts added, histograms merged, rates over the whole span. The windows' order is of no account. */
export function summarise(windows: readonly WindowResult[], load: LoadSpec): RunSummary {
  const claims = totalCounts(windows);
  const generators = windows.map((window) => window.generator);
  const add = (pick: (generator: WindowResult['generator']) => number): number =>
    generators.reduce((sum, generator) => sum + pick(generator), 0);
  const most = (pick: (generator: WindowResult['generator']) => number): number =>
    generators.reduce((top, generator) => Math.max(top, pick(generator)), 0);
  return {
    claims,
    latency: latencies(windows),
    rates: rates(windows, claims, askedQps(load)),
    drift: driftOf(windows),
    ...(load.phases === undefined ? {} : { phases: phaseSummaries(windows, load.phases) }),
    coldSpan: coldSpan(windows),
    errors: totalErrors(windows),
    generator: {
      attempts: most((generator) => generator.attempts),
      peakConcurrent: most((generator) => generator.peakConcurrent),
      delayedByMaxConcurrent: add((generator) => generator.delayedByMaxConcurrent),
      longestDelayMs: most((generator) => generator.longestDelayMs),
      eventLoopDelayP99Ms: most((generator) => generator.eventLoopDelayP99Ms),
      cpuSeconds: add((generator) => generator.cpuSeconds),
      watchResumed: add((generator) => generator.watchResumed),
      watchRelisted: add((generator) => generator.watchRelisted),
      connectionsOpened: add((generator) => generator.connectionsOpened),
      cpuFraction: Math.max(0, ...windows.map(cpuFraction)),
      api: totalApi(generators.map(({ api }) => api)),
    },
  };
}

/** Bursts have a rate over all their time, but what is sent from the first to the last of them is always above it. */
function askedQps({ qps, arrivals }: LoadSpec): number | null {
  return arrivals.shape === 'bursts' ? null : (qps ?? null);
}

/** Of a window that was read back from its journal nobody knows. */
function cpuFraction({ generator, startedAtMs, endedAtMs }: WindowResult): number {
  return endedAtMs > startedAtMs ? (generator.cpuSeconds * 1000) / (endedAtMs - startedAtMs) : 0;
}

function coldSpan(windows: readonly WindowResult[]): RunSummary['coldSpan'] {
  const spans = windows.map(({ coldDue }) => coldDue).filter((span) => span !== undefined);
  const firstDue = Math.min(...windows.map(({ firstDueMs }) => firstDueMs ?? Infinity));
  if (spans.length === 0 || !Number.isFinite(firstDue)) return null;
  return {
    firstSeconds: (Math.min(...spans.map(({ firstMs }) => firstMs)) - firstDue) / 1000,
    lastSeconds: (Math.max(...spans.map(({ lastMs }) => lastMs)) - firstDue) / 1000,
  };
}

function phaseSummaries(windows: readonly WindowResult[], phases: readonly PhaseSpec[]): PhaseSummary[] {
  return phases.map(({ name, qps }) => {
    const parts = windows.flatMap((window) => window.phases?.filter(({ phase }) => phase === name) ?? []);
    const claims = totalCounts(parts);
    return { name, claims, latency: latencies(parts), rates: rates(parts, claims, qps) };
  });
}

type Part = Omit<PhaseResult, 'phase'>;

function totalCounts(windows: readonly Part[]): ClaimCounts {
  const total = { ...NO_CLAIMS };
  for (const { counts } of windows) {
    for (const key of Object.keys(total) as (keyof ClaimCounts)[]) total[key] += counts[key];
  }
  return total;
}

function totalErrors(windows: readonly WindowResult[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { errors } of windows) {
    for (const [reason, count] of Object.entries(errors)) total[reason] = (total[reason] ?? 0) + count;
  }
  return total;
}

function latencies(windows: readonly Part[]): RunSummary['latency'] {
  const recorder = new LatencyRecorder();
  recorder.merge(windows.map((window) => window.histograms));
  const latency: RunSummary['latency'] = {};
  for (const series of SERIES) {
    for (const split of SPLITS) {
      const histogram = recorder.histogram(series, split);
      if (histogram !== null && histogram.totalCount > 0) {
        (latency[series] ??= {})[split] = latencyStats(histogram);
      }
    }
  }
  return latency;
}

function rates(windows: readonly Part[], claims: ClaimCounts, targetQps: number | null): RunSummary['rates'] {
  const present = (times: (number | null)[]): number[] => times.filter((time) => time !== null);
  const firstSent = Math.min(...present(windows.map((window) => window.firstSentMs)));
  const lastSent = Math.max(...present(windows.map((window) => window.lastSentMs)));
  const lastReady = Math.max(...present(windows.map((window) => window.lastReadyMs)));
  const firstDue = Math.min(...present(windows.map((window) => window.firstDueMs)));
  const lastDue = Math.max(...present(windows.map((window) => window.lastDueMs)));
  return {
    targetQps,
    submitQps: perSecond(claims.submitted - 1, lastSent - firstSent),
    completionQps: perSecond(claims.ready, lastReady - firstSent),
    keptFraction:
      lastDue > firstDue && lastSent > firstSent ? (lastDue - firstDue) / (lastSent - firstSent) : null,
  };
}

/** Null where there is nothing to count or no time to count it over; never 0 for want of data. */
function perSecond(count: number, spanMs: number): number | null {
  return count > 0 && Number.isFinite(spanMs) && spanMs > 0 ? (count / spanMs) * 1000 : null;
}
