import { durationMs } from '../domain/durations.ts';
import type { RunReport } from '../report/report.ts';
import type { ClaimRecords } from './claim-records.ts';
import { clusterMetadata } from './cluster-metadata.ts';
import { errorType } from './error-type.ts';
import type { GrowingValues } from './growing-values.ts';
import { percentile } from './percentile.ts';

export type PkbValue = string | number | null | { [key: string]: PkbValue };

/** One of PerfKitBenchmarker's samples. `timestamp` is in Unix seconds. */
export interface PkbSample {
  metric: string;
  value: number;
  unit: 'seconds' | 'count/sec' | 'count' | 'fraction';
  metadata: Record<string, PkbValue>;
  timestamp: number;
  test: 'agent_sandbox';
  run_uri: string;
}

const PERCENTS = [50, 90, 95, 99] as const;

type Measured = [metric: string, value: number | null, unit: PkbSample['unit']];

/**
 * A run as PerfKitBenchmarker would have told it: its names, units and metadata, counted from the send. What was not
 * measured is left out, where PerfKitBenchmarker has 0. Without records (the timelines are out of reach) the latencies
 * come from the report's histograms, which have three digits, and the metadata say so.
 */
export function pkbSamples(report: RunReport, records: ClaimRecords | null): PkbSample[] {
  const metadata = {
    ...metadataOf(report),
    ...(records === null ? { sandtide_latencies_from: 'histograms' } : {}),
  };
  const errors = records === null ? errorsOf(report) : [...records.errors];
  const total = errors.reduce((sum, [, count]) => sum + count, 0);
  const plain = [
    ...(records === null ? fromReport(report) : fromRecords(records)),
    ['peak_concurrency', report.generator?.peakConcurrent ?? null, 'count'],
    ...warmFraction(report, records),
    ['success_count', records?.successes ?? report.claims?.ready ?? null, 'count'],
    ['error_count', report.claims === null && records === null ? null : total, 'count'],
  ] as Measured[];
  const sample = ([metric, value, unit]: Measured, more: Record<string, PkbValue>): PkbSample[] =>
    value === null || !Number.isFinite(value)
      ? []
      : [
          {
            metric,
            value,
            unit,
            metadata: { ...metadata, ...more },
            timestamp: Date.parse(report.endedAt) / 1000,
            test: 'agent_sandbox',
            run_uri: report.owner,
          },
        ];
  return [
    ...plain.flatMap((each) => sample(each, {})),
    ...errors.flatMap(([type, count]) =>
      sample([`error_count_${type}`, count, 'count'], { error_type: type }),
    ),
  ];
}

function metadataOf(report: RunReport): Record<string, PkbValue> {
  const { load, agentSandbox } = report.spec;
  return {
    target_qps: load.qps ?? null, // a closed loop has none
    duration: durationMs(load.duration) / 1000,
    total_claims: load.total,
    warmpool_replicas: agentSandbox.warmPool.replicas,
    runtime_class: agentSandbox.template.runtimeClass,
    ...clusterMetadata(report),
  };
}

function fromRecords(records: ClaimRecords): Measured[] {
  const { submitted, successes, firstSentMs, lastSentMs, lastReadyMs } = records;
  return [
    ...distribution('startup_time', records.startups),
    ...distribution('exec_duration_s', records.execs),
    ...distribution('total_lifecycle_s', records.lifecycles),
    ['submit_qps', rate(submitted, lastSentMs - firstSentMs), 'count/sec'],
    ['completion_qps', rate(successes, lastReadyMs - firstSentMs), 'count/sec'],
  ];
}

function distribution(name: string, values: GrowingValues): Measured[] {
  if (values.length === 0) return [];
  const ordered = values.ordered();
  return [
    ...PERCENTS.map((percent): Measured => [`${name}_p${percent}`, percentile(ordered, percent), 'seconds']),
    [`${name}_max`, ordered.at(-1) ?? null, 'seconds'],
  ];
}

function fromReport({ latency, claims, rates }: RunReport): Measured[] {
  const series = [
    ['startup_time', latency?.sentToReady?.all],
    ['exec_duration_s', latency?.exec?.all],
    ['total_lifecycle_s', latency?.exec === undefined ? undefined : latency.sentToReleased?.all],
  ] as const;
  // Ours counts the intervals between sends, PerfKitBenchmarker the sends.
  const sent = claims?.submitted ?? 0;
  const submitted = rates?.submitQps ?? null;
  return [
    ...series.flatMap(([name, stats]): Measured[] =>
      stats === undefined
        ? []
        : [
            [`${name}_p50`, stats.p50Ms / 1000, 'seconds'],
            [`${name}_p90`, stats.p90Ms / 1000, 'seconds'],
            [`${name}_p95`, stats.p95Ms / 1000, 'seconds'],
            [`${name}_p99`, stats.p99Ms / 1000, 'seconds'],
            [`${name}_max`, stats.maxMs / 1000, 'seconds'],
          ],
    ),
    ['submit_qps', submitted === null || sent < 2 ? null : (submitted * sent) / (sent - 1), 'count/sec'],
    ['completion_qps', rates?.completionQps ?? null, 'count/sec'],
  ];
}

function warmFraction({ claims }: RunReport, records: ClaimRecords | null): Measured[] {
  const warm = records?.warm ?? claims?.warm ?? 0;
  const successes = records?.successes ?? claims?.ready ?? 0;
  return [['warm_served_fraction', successes === 0 ? null : warm / successes, 'fraction']];
}

/** The report's reasons, as the records name them. */
function errorsOf({ errors, claims }: RunReport): [string, number][] {
  const byType = new Map<string, number>();
  const add = (type: string, count: number) => {
    if (count > 0) byType.set(type, (byType.get(type) ?? 0) + count);
  };
  for (const [reason, count] of Object.entries(errors)) add(errorType('failed', reason), count);
  add(errorType('unknown', null), claims?.unknown ?? 0);
  return [...byType];
}

function rate(count: number, spanMs: number): number | null {
  return count > 0 && spanMs > 0 ? count / (spanMs / 1000) : null;
}
