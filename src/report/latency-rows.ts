import type { ClockSeries, Series, Split } from '../measure/histograms.ts';
import type { LatencyStats } from '../measure/summary.ts';
import type { RunReport } from './report.ts';

/** One line of a latency table; milliseconds, null for what is not known. */
export interface LatencyRow {
  what: string;
  launch: string;
  count: number;
  p50Ms: number;
  p90Ms: number | null;
  p95Ms: number | null;
  p99Ms: number;
  maxMs: number | null;
}

/** The clocks have a table of their own. */
type LifeSeries = Exclude<Series, ClockSeries>;

/** What people most want to know first, then the stages of a claim's life. */
const TITLES: Record<LifeSeries, string> = {
  dueToReady: 'due → ready',
  sentToReady: 'sent → ready',
  dueToSent: 'due → sent (lateness)',
  sentToAcknowledged: 'sent → acknowledged',
  sentToBound: 'sent → bound',
  boundToReady: 'bound → ready',
  exec: 'workload by exec',
  sentToReleased: 'sent → deleted',
};

/** Every series and split that was measured, and the controller's own figures after them. */
export function latencyRows(report: Pick<RunReport, 'latency' | 'controllerHistogram'>): LatencyRow[] {
  const rows: LatencyRow[] = [];
  for (const series of Object.keys(TITLES) as LifeSeries[]) {
    for (const launch of ['warm', 'cold', 'all'] as const) {
      const stats = report.latency?.[series]?.[launch];
      if (stats !== undefined) rows.push({ what: TITLES[series], launch, ...stats });
    }
  }
  return [...rows, ...controllerRows(report)];
}

/** The same without what says nothing new: `all` beside both of its parts, a part beside the very same `all`. */
export function shortLatencyRows(report: Pick<RunReport, 'latency' | 'controllerHistogram'>): LatencyRow[] {
  const rows: LatencyRow[] = [];
  for (const series of Object.keys(TITLES) as LifeSeries[]) {
    const splits = report.latency?.[series];
    if (splits === undefined) continue;
    for (const [launch, stats] of telling(series, splits))
      rows.push({ what: TITLES[series], launch, ...stats });
  }
  return [...rows, ...controllerRows(report)];
}

function telling(
  series: LifeSeries,
  { warm, cold, all }: Partial<Record<Split, LatencyStats>>,
): [Split, LatencyStats][] {
  const present = Object.entries({ warm, cold }).filter(([, stats]) => stats !== undefined) as [
    Split,
    LatencyStats,
  ][];
  // Lateness is the generator's: it does not yet know how a sandbox will be launched.
  if (series === 'dueToSent' || present.length === 0) return all === undefined ? [] : [['all', all]];
  const parts = present.reduce((sum, [, stats]) => sum + stats.count, 0);
  return all !== undefined && parts < all.count ? [...present, ['all', all]] : present;
}

/** Its histogram's first bucket ends at 100 ms: what lies below is interpolated. */
function controllerRows({ controllerHistogram }: Pick<RunReport, 'controllerHistogram'>): LatencyRow[] {
  const byLaunch = Object.entries(controllerHistogram?.byLaunchType ?? {});
  // Warm before cold, as above.
  return byLaunch
    .toSorted(([one], [other]) => (one < other ? 1 : -1))
    .map(([launch, stats]) => ({
      what: "controller's own",
      launch,
      count: stats.count,
      p50Ms: stats.p50Ms,
      p90Ms: null,
      p95Ms: null,
      p99Ms: stats.p99Ms,
      maxMs: null,
    }));
}
