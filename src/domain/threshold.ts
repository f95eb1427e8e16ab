import { parseDuration } from './durations.ts';

/**
 * Thresholds as people write them: `warm dueToReady p99 <= 500ms`, `failedFraction <= 1%`, `readyRate >= 18/s`. The one
 * notation, for a whole run and for a part of it. What a threshold is held against may be missing: it is missed then.
 */

/** Latencies that a threshold can be set on, always of warm, cold or all claims. Lateness has a metric of its own. */
export const THRESHOLD_LATENCIES = [
  'dueToReady',
  'sentToReady',
  'sentToAcknowledged',
  'sentToBound',
  'boundToReady',
  'exec',
  'sentToReleased',
] as const;
export const THRESHOLD_SPLITS = ['warm', 'cold', 'all'] as const;
export const THRESHOLD_STATS = ['p50', 'p90', 'p95', 'p99', 'max', 'mean'] as const;
/** Of whole loads, by the part that is measured: fractions are written as percentages. */
export const THRESHOLD_FRACTIONS = ['failedFraction', 'warmFraction', 'keptRate'] as const;

export type ThresholdSplit = (typeof THRESHOLD_SPLITS)[number];
export type ThresholdStat = (typeof THRESHOLD_STATS)[number];

/** What is measured. `drift` is how much `dueToReady` has grown from the first windows to the last ones. */
export type ThresholdMetric =
  | {
      kind: 'latency';
      latency: (typeof THRESHOLD_LATENCIES)[number];
      split: ThresholdSplit;
      stat: ThresholdStat;
    }
  | { kind: 'drift'; split: ThresholdSplit; stat: ThresholdStat }
  | { kind: 'lateness'; stat: ThresholdStat }
  | { kind: (typeof THRESHOLD_FRACTIONS)[number] | 'readyRate' };

/** `limit` is in milliseconds for latencies and lateness, a fraction for drift and fractions, per second for rates. */
export interface Threshold {
  /** As it was written. */
  text: string;
  metric: ThresholdMetric;
  bound: '<=' | '>=';
  limit: number;
}

/** What is wrong with a threshold: the word at fault, what it should be, and the words that could stand there. */
export interface ThresholdProblem {
  word: string;
  wanted: string;
  known: readonly string[];
}

/** Longer texts are no threshold that anybody wrote. */
export const THRESHOLD_LENGTH = 100;

export const THRESHOLD_EXAMPLES =
  '"warm dueToReady p99 <= 500ms", "failedFraction <= 1%" or "readyRate >= 18/s"';

const OF_A_SPLIT = [...THRESHOLD_LATENCIES, 'drift'] as const;
const ALONE = ['lateness', ...THRESHOLD_FRACTIONS, 'readyRate'] as const;

/** Reads a threshold, or says what is wrong with it. */
export function parseThreshold(text: string): Threshold | ThresholdProblem {
  const [, left, bound, right] = /^([^<>=]*)(<=|>=)([^<>=]*)$/.exec(text) ?? [];
  if (text.length > THRESHOLD_LENGTH || left === undefined || right === undefined) {
    return { word: text, wanted: `a threshold reads like ${THRESHOLD_EXAMPLES}`, known: [] };
  }
  const metric = parseMetric(left.split(/\s+/).filter((word) => word !== ''));
  if ('wanted' in metric) return metric;
  const limit = parseLimit(metric, right.trim());
  if (typeof limit !== 'number') return limit;
  return { text, metric, bound: bound === '<=' ? '<=' : '>=', limit };
}

/** A threshold that a spec has already been checked for; anything else is our own bug. */
export function thresholdOf(text: string): Threshold {
  const threshold = parseThreshold(text);
  if ('wanted' in threshold) throw new RangeError(`not a threshold: ${JSON.stringify(text)}`);
  return threshold;
}

function parseMetric(words: readonly string[]): ThresholdMetric | ThresholdProblem {
  const [first = '', second = '', third = '', more] = words;
  if (more !== undefined) return { word: more, wanted: 'is one word too many', known: [] };
  const split = THRESHOLD_SPLITS.find((each) => each === first);
  if (split !== undefined) {
    const name = OF_A_SPLIT.find((each) => each === second);
    if (name === undefined) {
      return { word: second, wanted: `no metric of ${split} claims`, known: OF_A_SPLIT };
    }
    const stat = statOf(third, name);
    if (typeof stat !== 'string') return stat;
    return name === 'drift'
      ? { kind: 'drift', split, stat }
      : { kind: 'latency', latency: name, split, stat };
  }
  const kind = ALONE.find((each) => each === first);
  if (kind === undefined) {
    const bare = OF_A_SPLIT.some((each) => each === first);
    if (bare) return { word: first, wanted: `say of which claims: warm ${first}, cold or all`, known: [] };
    return { word: first, wanted: 'no metric', known: [...THRESHOLD_SPLITS, ...ALONE] };
  }
  if (kind !== 'lateness') {
    if (second !== '') return { word: second, wanted: `${kind} is one figure: write it alone`, known: [] };
    return { kind };
  }
  if (third !== '') return { word: third, wanted: 'is one word too many', known: [] };
  const stat = statOf(second, kind);
  return typeof stat === 'string' ? { kind, stat } : stat;
}

function statOf(word: string, metric: string): ThresholdStat | ThresholdProblem {
  const stat = THRESHOLD_STATS.find((each) => each === word);
  return stat ?? { word, wanted: `say which figure of ${metric}`, known: THRESHOLD_STATS };
}

function parseLimit(metric: ThresholdMetric, text: string): number | ThresholdProblem {
  switch (metric.kind) {
    case 'latency':
    case 'lateness':
      return parseDuration(text) ?? { word: text, wanted: 'a duration such as 500ms or 2s', known: [] };
    case 'readyRate':
      return amount(text, '/s') ?? { word: text, wanted: 'claims a second, such as 18/s', known: [] };
    case 'drift':
    case 'failedFraction':
    case 'warmFraction':
    case 'keptRate': {
      const percent = amount(text, '%');
      return percent === null
        ? { word: text, wanted: 'a percentage such as 1% or 99.5%', known: [] }
        : // 99.9 / 100 is a little more than 0.999, and 999 of 1000 would miss it.
          Number((percent / 100).toPrecision(12));
    }
  }
}

/** The number before a unit; null where it is none. */
function amount(text: string, unit: string): number | null {
  if (!text.endsWith(unit)) return null;
  const digits = text.slice(0, -unit.length).trim();
  return /^\d{1,9}(?:\.\d{1,9})?$/.test(digits) ? Number(digits) : null;
}

/** For editors: every threshold that `parseThreshold` reads matches it, and hardly anything else. */
export const THRESHOLD_PATTERN = (() => {
  const any = (words: readonly string[]): string => `(${words.join('|')})`;
  const stat = any(THRESHOLD_STATS);
  const duration = '(\\d+(\\.\\d+)?(ms|[smhd]))+';
  const number = '\\d{1,9}(\\.\\d{1,9})?';
  const timed = `(${any(THRESHOLD_SPLITS)}\\s+${any(THRESHOLD_LATENCIES)}|lateness)\\s+${stat}\\s*[<>]=\\s*${duration}`;
  const part = `(${any(THRESHOLD_SPLITS)}\\s+drift\\s+${stat}|${any(THRESHOLD_FRACTIONS)})\\s*[<>]=\\s*${number}\\s*%`;
  return `^\\s*(${timed}|${part}|readyRate\\s*[<>]=\\s*${number}\\s*/s)\\s*$`;
})();
