import * as z from 'zod';
import { parseWatch, WATCH_ACTIONS } from '../domain/watch-rule.ts';
import type { FoundProblem } from './field-problems.ts';
import { count, duration } from './field-types.ts';
import { nearest } from './nearest.ts';
import { quote } from './quote.ts';

const MOST_RULES = 30;

const rule = z.strictObject({
  threshold: z
    .string()
    .max(100)
    .meta({ title: 'a threshold, or a bound such as "orphans <= 0" or "controllerMemory growth <= 50%"' })
    .describe(
      'Any threshold on claims, or a bound on controllerMemory, controllerRestarts, storedObjects, storage, orphans, poolBehind, gap or workerMemory; with growth, on how much it has grown since the first window.',
    ),
  windows: count(1, 1000)
    .default(3)
    .describe('So many windows one after the other have to miss it; one that has no data misses it too.'),
  action: z
    .enum(WATCH_ACTIONS)
    .default('note')
    .describe(
      'note: it stands in the report. hold: the load stands still and waits for an operator, as long as onFailure.hold says. abort: the load ends early, and the outcome is thresholds-missed.',
    ),
});

/** What makes a long load a soak. */
export const soak = z.strictObject({
  window: duration({ least: '1s', most: '24h' })
    .default('10m')
    .describe(
      'A load that is longer by half is cut into windows of this length; each is a row in the report.',
    ),
  watch: z.array(rule).max(MOST_RULES).default([]).describe('What is watched from window to window.'),
  mostDiskMiB: count(1, 100_000_000)
    .default(10_240)
    .describe(
      "Most space for the claims' timelines, compressed window by window; the oldest are dropped and counted.",
    ),
});

export type SoakSpec = z.output<typeof soak>;

/** Rules that keep to the schema and can't be read all the same, or that need what the spec does not have. */
export function watchProblems({ watch }: SoakSpec, hold: string | null): FoundProblem[] {
  return watch.flatMap(({ threshold, action }, index): FoundProblem[] => {
    const found = parseWatch(threshold);
    const path = ['soak', 'watch', index];
    if ('wanted' in found) {
      const near = nearest(found.word, found.known);
      const mean = near === null ? '' : `; did you mean ${near}?`;
      const words = found.known.length === 0 ? '' : `; known: ${found.known.join(', ')}`;
      return [
        { path: [...path, 'threshold'], message: `${quote(found.word)}: ${found.wanted}${mean}${words}` },
      ];
    }
    if (action !== 'hold' || hold !== null) return [];
    return [
      { path: [...path, 'action'], message: 'hold needs onFailure.hold: how long an operator is waited for' },
    ];
  });
}
