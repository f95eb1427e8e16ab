import { watchOf } from '../domain/watch-rule.ts';
import type { FigureBound, WatchAction, WatchFigure } from '../domain/watch-rule.ts';
import type { LoadSpec } from '../spec/schema.ts';
import type { SeriesDigest, SeriesFigure, SeriesRow } from './series.ts';
import { summarise } from './summarise.ts';
import { checkThresholds } from './thresholds.ts';
import type { WindowResult } from './window-result.ts';

/** A rule of what is watched, as the spec has it. */
export interface WatchRule {
  threshold: string;
  windows: number;
  action: WatchAction;
}

/** What the rules say of a window. */
export interface Watched {
  /** How many windows in a row have missed each rule, by its place in the list. */
  streaks: Record<string, number>;
  /** Rules that were missed often enough just now, each as a sentence with its last figure. */
  missed: { text: string; action: WatchAction }[];
}

/** Figures as the series has them. */
const IN_SERIES: Record<WatchFigure, SeriesFigure> = {
  controllerMemory: 'controllerMemoryMiB',
  controllerRestarts: 'controllerRestarts',
  storedObjects: 'storedObjects',
  storage: 'storageMiB',
  orphans: 'orphans',
  poolBehind: 'poolBehindSeconds',
  gap: 'gapMs',
  workerMemory: 'workerMemoryMiB',
};

/** Holds every rule against a window that is over. Each is told once when its windows are full, not again in each after. */
export function watchWindow(
  rules: readonly WatchRule[],
  {
    window,
    row,
    digest,
    load,
  }: { window: WindowResult; row: SeriesRow; digest: SeriesDigest; load: LoadSpec },
  before: Record<string, number>,
): Watched {
  const streaks: Record<string, number> = {};
  const missed: Watched['missed'] = [];
  for (const [at, { threshold, windows, action }] of rules.entries()) {
    // A window in which nothing was due says nothing of claims.
    const found =
      window.counts.due === 0 && isOfClaims(threshold)
        ? null
        : missedBy(threshold, window, row, digest, load);
    if (found === null) continue;
    const streak = (before[at] ?? 0) + 1;
    streaks[at] = streak;
    if (streak !== windows) continue;
    const often = windows === 1 ? 'in this window' : `in each of ${windows} windows`;
    missed.push({ text: `${threshold} was missed ${often}: ${found}`, action });
  }
  return { streaks, missed };
}

function isOfClaims(text: string): boolean {
  return 'metric' in watchOf(text);
}

/** What it was instead; null where the rule is met. */
function missedBy(
  text: string,
  window: WindowResult,
  row: SeriesRow,
  digest: SeriesDigest,
  load: LoadSpec,
): string | null {
  const rule = watchOf(text);
  if ('metric' in rule) {
    const [check] = checkThresholds(summarise([window], load), [text]);
    return check === undefined || check.met ? null : check.found;
  }
  const name = IN_SERIES[rule.figure];
  const value = row.figures[name];
  if (value === null) return 'there is no data';
  if (!rule.growth)
    return met(rule, rule.figure === 'poolBehind' ? value * 1000 : value) ? null : `it is ${value}`;
  const first = digest.courses[name]?.first ?? value;
  if (first === 0) return value === 0 ? null : `it has grown from 0 to ${value}`;
  return met(rule, value / first - 1) ? null : `it has grown from ${first} to ${value}`;
}

function met({ bound, limit }: FigureBound, value: number): boolean {
  return bound === '<=' ? value <= limit : value >= limit;
}
