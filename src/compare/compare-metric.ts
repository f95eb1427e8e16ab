import type { ClaimTimeline } from '../measure/window-result.ts';
import type { ClaimMetric } from './claim-metrics.ts';
import type { ComparedMetric, CompareVerdict, SideFigures } from './comparison.ts';
import type { Stretches } from './percentile-shift.ts';
import { percentile, percentileShift } from './percentile-shift.ts';
import type { Cluster } from './rank-effect.ts';
import { rankEffect, sorted } from './rank-effect.ts';

/** A difference is one where chance alone would hardly bring it about, and where it is large enough to matter. */
export const RULES = {
  mostPValue: 0.01,
  /** Below this an effect counts as negligible (Romano et al. 2006). */
  leastCliffsDelta: 0.147,
  /** Of a percentile, as a part of A's; of a fraction, in absolute terms a fifth of it: one claim in a hundred. */
  leastChange: 0.05,
} as const;

/** Of one run so many stretches of consecutive claims are taken for its independent observations. */
const STRETCHES = 10;
/** Shorter ones would be single claims in disguise. */
const LEAST_STRETCH = 5;
/** A percentile is told apart only where so many samples lie beyond it. */
const LEAST_BEYOND = 10;
const TAILS = [99, 95, 90] as const;

/** The claims of one run each, in the order in which they fell due. */
export type Runs = readonly (readonly ClaimTimeline[])[];

/** One metric of both sides. Where both have several runs, runs are the observations, else stretches of them. */
export function compareMetric(metric: ClaimMetric, a: Runs, b: Runs): ComparedMetric {
  const [left, right] = [stretches(metric, a), stretches(metric, b)];
  const [allA, allB] = [sorted(left.flat()), sorted(right.flat())];
  const about = { metric: metric.metric, unit: metric.unit, decides: metric.decides };
  const figures = { a: figuresOf(allA, metric), b: figuresOf(allB, metric) };
  const silent = {
    ...about,
    ...figures,
    cliffsDelta: null,
    pValue: null,
    tail: null,
    curves: null,
    verdict: 'no difference' as const,
  };
  if (figures.a === null || figures.b === null) {
    return { ...silent, because: `nothing of it on side ${figures.a === null ? 'A' : 'B'}` };
  }
  const byRun = a.length > 1 && b.length > 1;
  const { cliffsDelta, pValue } = rankEffect(units(left, byRun), units(right, byRun));
  if (pValue === null) return { ...silent, cliffsDelta, because: 'too few claims to tell' };
  const percent = TAILS.find(
    (each) => ((100 - each) / 100) * Math.min(allA.length, allB.length) >= LEAST_BEYOND,
  );
  const tail = metric.unit === 'fraction' || percent === undefined ? null : tailOf(left, right, percent);
  const typical = typicalChange(metric, figures.a, figures.b, { cliffsDelta, pValue });
  const atTail = tail === null ? 0 : tailChange(tail);
  return {
    ...about,
    ...figures,
    cliffsDelta,
    pValue,
    tail,
    curves: metric.decides && metric.unit === 'ms' ? { a: curve(allA), b: curve(allB) } : null,
    verdict: verdictOf([typical, atTail].map((change) => (metric.moreIsBetter ? -change : change))),
    because: reason(typical, atTail, tail?.percent ?? null),
  };
}

/** Null where A's percentile is nothing, so that no multiple of it can be told. */
function tailOf(a: Stretches, b: Stretches, percent: number): ComparedMetric['tail'] {
  const shift = percentileShift(a, b, percent);
  return [shift.ratio, shift.low, shift.high].every(Number.isFinite) ? { percent, ...shift } : null;
}

/** `worse` where changes for the worse (above 0) meet none for the better. */
export function verdictOf(changes: readonly number[]): CompareVerdict {
  const worse = changes.some((change) => change > 0);
  const better = changes.some((change) => change < 0);
  if (worse && better) return 'mixed';
  return worse ? 'worse' : better ? 'better' : 'no difference';
}

/** 1 where B's samples are the greater ones, -1 where they are the smaller ones, 0 where that can't be told or is small. */
function typicalChange(
  { unit }: ClaimMetric,
  a: SideFigures,
  b: SideFigures,
  { cliffsDelta, pValue }: { cliffsDelta: number; pValue: number },
): number {
  if (pValue > RULES.mostPValue) return 0;
  const large =
    unit === 'fraction'
      ? Math.abs(b.p50 - a.p50) >= RULES.leastChange / 5
      : Math.abs(cliffsDelta) >= RULES.leastCliffsDelta && changed(b.p50 / a.p50);
  return large ? Math.sign(cliffsDelta) : 0;
}

function tailChange({ ratio, low, high }: { ratio: number; low: number; high: number }): number {
  if (!changed(ratio) || (low <= 1 && high >= 1)) return 0;
  return low > 1 ? 1 : high < 1 ? -1 : 0;
}

const curve = (values: Float64Array): number[] =>
  Array.from({ length: 101 }, (_, percent) => percentile(values, percent));

const changed = (ratio: number): boolean => Math.abs(ratio - 1) >= RULES.leastChange;

function reason(typical: number, atTail: number, percent: number | null): string {
  const parts = [...(typical === 0 ? [] : ['most claims']), ...(atTail === 0 ? [] : [`the p${percent}`])];
  return parts.length === 0 ? 'within noise, or too small to matter' : `by ${parts.join(' and ')}`;
}

function figuresOf(values: Float64Array, { unit }: ClaimMetric): SideFigures | null {
  if (values.length === 0) return null;
  if (unit === 'fraction') {
    const fraction = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { count: values.length, p50: fraction, p90: fraction, p99: fraction };
  }
  return {
    count: values.length,
    p50: percentile(values, 50),
    p90: percentile(values, 90),
    p99: percentile(values, 99),
  };
}

function stretches(metric: ClaimMetric, runs: Runs): Stretches {
  return runs.flatMap((claims) => {
    const values = claims.map((claim) => metric.of(claim)).filter((value) => value !== null);
    if (values.length === 0) return [];
    const parts = Math.max(1, Math.min(STRETCHES, Math.floor(values.length / LEAST_STRETCH)));
    const edge = (part: number): number => Math.round((part * values.length) / parts);
    return [
      Array.from({ length: parts }, (_, part) => Float64Array.from(values.slice(edge(part), edge(part + 1)))),
    ];
  });
}

function units(runs: Stretches, byRun: boolean): Cluster[] {
  return byRun ? runs.map((run) => sorted(run)) : runs.flat();
}
