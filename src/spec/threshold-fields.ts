import * as z from 'zod';
import { THRESHOLD_EXAMPLES, THRESHOLD_LENGTH, THRESHOLD_PATTERN } from '../domain/threshold.ts';

export const MOST_THRESHOLDS = 50;

/** What holds where a user says nothing of failures. */
export const NO_FAILURES = 'failedFraction <= 0%';

/**
 * One threshold. The pattern is for editors alone: `thresholdProblems` says more of what is wrong than that it does not
 * match.
 */
export const threshold = () =>
  z
    .string()
    .max(THRESHOLD_LENGTH)
    .meta({ title: `a threshold such as ${THRESHOLD_EXAMPLES}`, pattern: THRESHOLD_PATTERN });

/** The thresholds of a whole load: no claim may fail where they don't say how many. */
export function withFailures(texts: readonly string[]): string[] {
  const said = texts.some((text) => text.trimStart().startsWith('failedFraction'));
  return said ? [...texts] : [NO_FAILURES, ...texts];
}
