/** What a comparison comes to: B against A. `mixed` where some of it is better and some worse. */
export type CompareVerdict = 'worse' | 'better' | 'mixed' | 'no difference';

/** Something in which the sides are not alike. */
export interface SettingDifference {
  /** `load.qps`, `versions.kubernetes`, `nodes.sandbox`. */
  what: string;
  a: string;
  b: string;
  /** Of the load: figures of different loads can't be held against each other. */
  prevents: boolean;
}

/** Figures of one side: milliseconds, or a fraction. */
export interface SideFigures {
  count: number;
  p50: number;
  p90: number;
  p99: number;
}

/** One metric on both sides. */
export interface ComparedMetric {
  /** `dueToReady warm`, `failedFraction`. */
  metric: string;
  unit: 'ms' | 'fraction' | 'perSecond';
  /** Whether the verdict of the whole rests on it too. */
  decides: boolean;
  /** Null where a side has no sample; of fractions and rates only p50 counts, it is the figure itself. */
  a: SideFigures | null;
  b: SideFigures | null;
  /** Null where nothing can be tested. */
  cliffsDelta: number | null;
  pValue: number | null;
  /** The highest percentile that has samples enough beyond it, B's by A's, with its interval. */
  tail: { percent: number; ratio: number; low: number; high: number } | null;
  /** Percentiles 0 to 100 of each side, where it decides and is a latency: enough to draw the two. */
  curves: { a: number[]; b: number[] } | null;
  verdict: CompareVerdict;
  /** Why nothing is said of it, or what the verdict rests on. */
  because: string;
}

/** JSON-safe. */
export interface Comparison {
  a: { runs: string[]; claims: number };
  b: { runs: string[]; claims: number };
  /** What stands for one independent observation. */
  unit: 'run' | 'stretch';
  differences: SettingDifference[];
  warnings: string[];
  metrics: ComparedMetric[];
  verdict: CompareVerdict;
  /** By which differences are told from noise. */
  rules: { mostPValue: number; leastCliffsDelta: number; leastChange: number };
}
