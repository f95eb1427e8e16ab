import type { Histogram } from 'hdr-histogram-js';
import type { Split } from './histograms.ts';
import { LatencyRecorder, SPLITS } from './histograms.ts';
import { latencyStats } from './latency-stats.ts';
import type { WindowResult } from './window-result.ts';

/** Fewer windows tell no trend: each end would be a single one and the middle nothing. */
const LEAST_WINDOWS = 4;

/** How much `dueToReady` has grown from the first quarter of the windows to the last one: 0.1 is a tenth more. */
export interface DriftStats {
  /** Windows in each of the two quarters. */
  windows: number;
  p50Growth: number;
  p90Growth: number;
  p95Growth: number;
  p99Growth: number;
  maxGrowth: number;
  meanGrowth: number;
}

/** By split; left out where it has fewer than four windows with a sample of it. */
export function driftOf(windows: readonly WindowResult[]): Partial<Record<Split, DriftStats>> {
  const drift: Partial<Record<Split, DriftStats>> = {};
  for (const split of SPLITS) {
    const measured = windows
      .filter(({ histograms }) => histograms[`dueToReady.${split}`] !== undefined)
      .toSorted((one, other) => one.windowIndex - other.windowIndex);
    if (measured.length < LEAST_WINDOWS) continue;
    const quarter = Math.floor(measured.length / 4);
    const first = together(measured.slice(0, quarter), split);
    const last = together(measured.slice(-quarter), split);
    if (first !== null && last !== null) drift[split] = growth(first, last, quarter);
  }
  return drift;
}

function together(windows: readonly WindowResult[], split: Split): Histogram | null {
  const recorder = new LatencyRecorder();
  recorder.merge(windows.map(({ histograms }) => histograms));
  return recorder.histogram('dueToReady', split);
}

function growth(first: Histogram, last: Histogram, windows: number): DriftStats {
  const [before, after] = [latencyStats(first), latencyStats(last)];
  // Below one microsecond nothing was measured: no division by it.
  const of = (key: 'p50Ms' | 'p90Ms' | 'p95Ms' | 'p99Ms' | 'maxMs' | 'meanMs'): number =>
    after[key] / Math.max(0.001, before[key]) - 1;
  return {
    windows,
    p50Growth: of('p50Ms'),
    p90Growth: of('p90Ms'),
    p95Growth: of('p95Ms'),
    p99Growth: of('p99Ms'),
    maxGrowth: of('maxMs'),
    meanGrowth: of('meanMs'),
  };
}
