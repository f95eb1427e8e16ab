/** The controller's own view of a claim's start: from its first look at the claim to ready. */
export const CONTROLLER_METRIC = 'agent_sandbox_claim_controller_startup_latency_ms';
/** The same from the moment that the client wrote on the claim. */
const CLIENT_METRIC = 'agent_sandbox_client_claim_startup_latency_ms';

/**
 * Figures of the controller's histogram, by its label `launch_type`, all templates together. Percentiles are linear
 * interpolation within a bucket, as Prometheus' `histogram_quantile` does it; the first bucket ends at 100 ms, so
 * whatever lies below that is a guess. Beyond the last bound nothing can be interpolated: that bound is given.
 */
export interface ControllerHistogramReading {
  metric: string;
  byLaunchType: Record<string, { count: number; meanMs: number; p50Ms: number; p99Ms: number }>;
  /** The client's histogram; null where it has counted nothing. */
  client: { metric: string; byLaunchType: ControllerHistogramReading['byLaunchType'] } | null;
}

interface Series {
  /** Cumulative count by upper bound. */
  buckets: Map<number, number>;
  sum: number;
  count: number;
}

/** Reads Prometheus' text format; null where the metric is absent or has counted nothing. */
export function readControllerHistogram(text: string): ControllerHistogramReading | null {
  const byLaunchType = figuresOf(text, CONTROLLER_METRIC);
  if (byLaunchType === null) return null;
  const client = figuresOf(text, CLIENT_METRIC);
  return {
    metric: CONTROLLER_METRIC,
    byLaunchType,
    client: client === null ? null : { metric: CLIENT_METRIC, byLaunchType: client },
  };
}

function figuresOf(text: string, metric: string): ControllerHistogramReading['byLaunchType'] | null {
  const byLaunchType: ControllerHistogramReading['byLaunchType'] = {};
  for (const [launch, series] of seriesByLaunchType(text, metric)) {
    if (series.count === 0) continue;
    const bounds = [...series.buckets].sort(([a], [b]) => a - b);
    byLaunchType[launch] = {
      count: series.count,
      meanMs: series.sum / series.count,
      p50Ms: quantile(bounds, 0.5),
      p99Ms: quantile(bounds, 0.99),
    };
  }
  return Object.keys(byLaunchType).length === 0 ? null : byLaunchType;
}

function seriesByLaunchType(text: string, metric: string): Map<string, Series> {
  const found = new Map<string, Series>();
  const pattern = new RegExp(`^${metric}_(bucket|sum|count)\\{(.*)\\} (\\S+)`);
  for (const line of text.split('\n')) {
    const [, part, labelText, valueText] = pattern.exec(line) ?? [];
    const value = Number(valueText);
    if (labelText === undefined || Number.isNaN(value)) continue;
    const labels = readLabels(labelText);
    const launch = labels.get('launch_type') ?? 'unknown';
    const series = found.get(launch) ?? { buckets: new Map(), sum: 0, count: 0 };
    found.set(launch, series);
    if (part === 'sum') series.sum += value;
    else if (part === 'count') series.count += value;
    else {
      const le = labels.get('le');
      const bound = le === '+Inf' ? Infinity : Number(le);
      series.buckets.set(bound, (series.buckets.get(bound) ?? 0) + value);
    }
  }
  return found;
}

function readLabels(text: string): Map<string, string> {
  const labels = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)) {
    labels.set(name ?? '', value ?? '');
  }
  return labels;
}

/** `bounds`: upper bound and cumulative count, rising, the last one without an upper end. */
function quantile(bounds: [number, number][], fraction: number): number {
  const rank = fraction * (bounds.at(-1)?.[1] ?? 0);
  let [lower, below] = [0, 0];
  for (const [upper, cumulative] of bounds) {
    if (cumulative >= rank && cumulative > below) {
      return upper === Infinity ? lower : lower + (upper - lower) * ((rank - below) / (cumulative - below));
    }
    [lower, below] = [upper, cumulative];
  }
  return lower;
}
