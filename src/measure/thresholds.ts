import { formatDuration } from '../domain/durations.ts';
import type { Threshold, ThresholdMetric } from '../domain/threshold.ts';
import { thresholdOf } from '../domain/threshold.ts';
import type { LatencyStats, RunSummary } from './summary.ts';

/** One threshold held against what was measured; JSON-safe. */
export interface ThresholdCheck {
  /** As the spec has it. */
  threshold: string;
  met: boolean;
  /** Milliseconds, a fraction, or per second, as the threshold's limit is; null where nothing was measured. */
  measured: number | null;
  /** The same for people, or why there is none. */
  found: string;
}

/** What a figure comes to and what it was made from; null where there is no data. */
interface Reading {
  value: number | null;
  /** `over 105 claims`; where there is no data, why. */
  from: string;
}

/** Every threshold held against the run, or against a part of it. Missing data never meets one. */
export function checkThresholds(summary: RunSummary, thresholds: readonly string[]): ThresholdCheck[] {
  return thresholds.map((text) => {
    const threshold = thresholdOf(text);
    const { value, from } = read(summary, threshold.metric);
    if (value === null) return { threshold: text, met: false, measured: null, found: from };
    return {
      threshold: text,
      met: threshold.bound === '<=' ? value <= threshold.limit : value >= threshold.limit,
      measured: value,
      found: `${shown(threshold, value)} ${from}`,
    };
  });
}

/** The thresholds that were missed, each as a sentence with its figures; empty where all were met. */
export function thresholdsMissed(checks: readonly ThresholdCheck[]): string[] {
  return checks
    .filter(({ met }) => !met)
    .map(({ threshold, measured, found }) =>
      measured === null
        ? `${threshold}: cannot be judged, for ${found}, and no data meets no threshold.`
        : `${threshold}: it was ${found}.`,
    );
}

function read(summary: RunSummary, metric: ThresholdMetric): Reading {
  const { claims, latency, rates, drift } = summary;
  const ratio = (part: number, whole: number, what: string, none: string): Reading =>
    whole === 0
      ? { value: null, from: none }
      : { value: part / whole, from: `(${part} of ${whole} ${what})` };
  switch (metric.kind) {
    case 'latency':
      return stat(latency[metric.latency]?.[metric.split], metric.stat, of(metric.split));
    case 'lateness':
      return stat(latency.dueToSent?.all, metric.stat, 'claim');
    case 'drift': {
      const growth = drift?.[metric.split];
      const none = `the load has too few windows with ${of(metric.split)}s to compare the first with the last`;
      if (growth === undefined) return { value: null, from: none };
      return { value: growth[`${metric.stat}Growth`], from: between(growth.windows) };
    }
    case 'failedFraction':
      return ratio(
        claims.failed + claims.timedOut,
        claims.due,
        'claims failed or timed out',
        'no claim fell due',
      );
    case 'warmFraction':
      return ratio(claims.warm, claims.ready, 'ready claims were warm', 'no claim became ready');
    case 'keptRate':
      return {
        value: rates.keptFraction,
        from: rates.keptFraction === null ? 'fewer than two claims were sent' : 'of the rate asked',
      };
    case 'readyRate':
      return {
        value: rates.completionQps,
        from: rates.completionQps === null ? 'no claim became ready' : 'of ready claims',
      };
  }
}

function stat(
  stats: LatencyStats | undefined,
  name: 'mean' | 'max' | `p${50 | 90 | 95 | 99}`,
  of: string,
): Reading {
  if (stats === undefined) return { value: null, from: `no ${of} was measured` };
  return { value: stats[`${name}Ms`], from: `over ${stats.count} ${of}${stats.count === 1 ? '' : 's'}` };
}

const between = (windows: number): string =>
  windows === 1 ? 'from the first window to the last' : `from the first ${windows} windows to the last`;

const of = (split: 'warm' | 'cold' | 'all'): string => (split === 'all' ? 'claim' : `${split} claim`);

function shown({ metric }: Threshold, value: number): string {
  switch (metric.kind) {
    case 'latency':
    case 'lateness':
      return value < 1000 ? `${short(value)} ms` : formatDuration(value);
    case 'readyRate':
      return `${short(value)}/s`;
    case 'drift':
    case 'failedFraction':
    case 'warmFraction':
    case 'keptRate':
      return `${short(value * 100)} %`;
  }
}

const short = (value: number): number => Number(value.toPrecision(4));
