import type { SystemSample } from '../domain/system-sample.ts';
import type { SeriesRow } from '../measure/series.ts';
import type { WindowResult } from '../measure/window-result.ts';

/** A window as the series file has it: its figures, and what they were made of. */
export function seriesLine(row: SeriesRow, window: WindowResult, { objects }: SystemSample) {
  const { window: index, startedAtMs, ...about } = row;
  return {
    window: index,
    startedAt: new Date(startedAtMs).toISOString(),
    ...about,
    counts: window.counts,
    errors: window.errors,
    generator: window.generator,
    objects,
    histograms: window.histograms,
  };
}
