import type { LoadSpec } from '../spec/schema.ts';
import type { RunSummary } from './summary.ts';

/** The spec's thresholds that the run missed, each as a sentence with its figures; empty where it met them all. */
export function thresholdsMissed(summary: RunSummary, load: LoadSpec): string[] {
  const { due, failed, timedOut } = summary.claims;
  if (due === 0) return ['No claim fell due, so maxFailedFraction cannot be judged.'];
  const fraction = (failed + timedOut) / due;
  if (fraction <= load.maxFailedFraction) return [];
  return [
    `${failed + timedOut} of ${due} claims failed or timed out (${percent(fraction)}), ` +
      `more than maxFailedFraction ${load.maxFailedFraction} allows (${percent(load.maxFailedFraction)}).`,
  ];
}

/** 0.0123 -> `1.23 %`. */
function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(3))} %`;
}
