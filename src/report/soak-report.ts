import type { LoadNotes } from '../domain/load-notes.ts';
import type { SeriesDigest } from '../measure/series.ts';
import { NO_SERIES, whatGrows } from '../measure/series.ts';

/** What the workflow carries of a load of many windows. */
export interface SoakFindings {
  series: SeriesDigest | null;
  notes: LoadNotes;
  /** Of claims' timelines, for want of disk. */
  dropped: { windows: number; claims: number };
  /** Executions of the run before its last one, by continue-as-new. */
  continued: number;
}

/** A load of many windows as a series; bounded, whatever its length. */
export interface SoakReport extends Omit<SoakFindings, 'series'> {
  windows: number;
  courses: SeriesDigest['courses'];
  /** Windows at even distances. */
  points: SeriesDigest['points'];
  /** Objects in etcd of which there are more than at first, those that grew most first. */
  grows: { resource: string; by: number }[];
}

const MOST_GROWING = 10;
const MOST_POINTS = 12;

/** Null where the load was one window and nothing happened to it on its way. */
export function soakReport(found: SoakFindings | null): SoakReport | null {
  if (found === null || (found.series === null && found.notes.first.length === 0)) return null;
  const { series: known, notes, dropped, continued } = found;
  const series = known ?? NO_SERIES;
  const every = Math.max(1, Math.ceil(series.points.length / MOST_POINTS));
  return {
    windows: series.windows,
    courses: series.courses,
    points: series.points.filter((_, at) => at % every === 0),
    grows: whatGrows(series.objects, MOST_GROWING).map(([resource, by]) => ({ resource, by })),
    notes,
    dropped,
    continued,
  };
}
