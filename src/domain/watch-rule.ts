import { parseDuration } from './durations.ts';
import type { Threshold, ThresholdProblem } from './threshold.ts';
import { parseThreshold } from './threshold.ts';

/**
 * What is watched of a soak beyond the claims' own figures. The notation is that of thresholds: `orphans <= 0`,
 * `controllerMemory <= 512Mi`, `controllerMemory growth <= 50%`.
 */
export const WATCH_FIGURES = {
  controllerMemory: 'size',
  controllerRestarts: 'count',
  storedObjects: 'count',
  storage: 'size',
  orphans: 'count',
  poolBehind: 'duration',
  gap: 'duration',
  workerMemory: 'size',
} as const;
export type WatchFigure = keyof typeof WATCH_FIGURES;

/** A bound on one of them: MiB, a count, milliseconds; of growth a fraction. */
export interface FigureBound {
  text: string;
  figure: WatchFigure;
  /** How much it has grown since the first window, not what it is. */
  growth: boolean;
  bound: '<=' | '>=';
  limit: number;
}

/** What happens when a rule is broken in as many windows one after the other as it says. */
export const WATCH_ACTIONS = ['note', 'hold', 'abort'] as const;
export type WatchAction = (typeof WATCH_ACTIONS)[number];

const NAMES = Object.keys(WATCH_FIGURES) as WatchFigure[];

/** Reads what is watched for: one of these figures, or any threshold on claims; or says what is wrong with it. */
export function parseWatch(text: string): FigureBound | Threshold | ThresholdProblem {
  const [first = ''] = text.trim().split(/[\s<>=]+/);
  const figure = NAMES.find((name) => name === first);
  if (figure === undefined) {
    const threshold = parseThreshold(text);
    return 'wanted' in threshold ? { ...threshold, known: [...threshold.known, ...NAMES] } : threshold;
  }
  const [, middle = '', bound, right = ''] = /^\s*\w+\s*(\w*)\s*(<=|>=)\s*(\S+)\s*$/.exec(text) ?? [];
  if (bound === undefined)
    return {
      word: text,
      wanted: `write it like "${figure} <= ${EXAMPLE[WATCH_FIGURES[figure]]}"`,
      known: [],
    };
  if (middle !== '' && middle !== 'growth')
    return { word: middle, wanted: 'only growth can stand here', known: ['growth'] };
  const growth = middle === 'growth';
  const unit = growth ? 'growth' : WATCH_FIGURES[figure];
  const limit = LIMIT[unit](right);
  if (limit === null)
    return {
      word: right,
      wanted: `write ${unit === 'growth' ? 'a percentage' : `a ${unit}`} such as ${EXAMPLE[unit]}`,
      known: [],
    };
  return { text, figure, growth, bound: bound === '<=' ? '<=' : '>=', limit };
}

/** A rule that a spec has already been checked for. */
export function watchOf(text: string): FigureBound | Threshold {
  const found = parseWatch(text);
  if ('wanted' in found) throw new RangeError(`nothing to watch for: ${JSON.stringify(text)}`);
  return found;
}

const EXAMPLE = { size: '512Mi', count: '0', duration: '10s', growth: '50%' } as const;

const number = (digits: string): number | null =>
  /^\d{1,12}(?:\.\d{1,6})?$/.test(digits) ? Number(digits) : null;

const LIMIT: Record<'size' | 'count' | 'duration' | 'growth', (text: string) => number | null> = {
  size: (text) => {
    const [, digits = '', unit = ''] = /^([\d.]+)(Mi|Gi)$/.exec(text) ?? [];
    const value = number(digits);
    return value === null ? null : unit === 'Gi' ? value * 1024 : value;
  },
  count: number,
  duration: parseDuration,
  growth: (text) => {
    const value = text.endsWith('%') ? number(text.slice(0, -1)) : null;
    return value === null ? null : value / 100;
  },
};
