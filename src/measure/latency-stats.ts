import type { Histogram } from 'hdr-histogram-js';
import { LONGEST_MICROS } from './histograms.ts';
import type { LatencyStats } from './summary.ts';

/** Nearest-rank percentiles of an HDR histogram: each is a value that was really measured, to three digits. */
export function latencyStats(histogram: Histogram): LatencyStats {
  const ms = (micros: number): number => Math.min(micros, LONGEST_MICROS) / 1000;
  return {
    count: histogram.totalCount,
    meanMs: ms(Math.round(histogram.mean)),
    p50Ms: ms(histogram.getValueAtPercentile(50)),
    p90Ms: ms(histogram.getValueAtPercentile(90)),
    p95Ms: ms(histogram.getValueAtPercentile(95)),
    p99Ms: ms(histogram.getValueAtPercentile(99)),
    maxMs: ms(histogram.maxValue),
  };
}
