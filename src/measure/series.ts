import type { SystemSample } from '../domain/system-sample.ts';
import { LatencyRecorder } from './histograms.ts';
import type { WindowResult } from './window-result.ts';

/** What is told of each window of a soak, in this order; how it is shown is the report's to say. */
export const SERIES_FIGURES = [
  'readyPerSecond',
  'p50Ms',
  'p99Ms',
  'lateP99Ms',
  'failedFraction',
  'warmFraction',
  'unaccounted',
  'gapMs',
  'poolBehindSeconds',
  'orphans',
  'controllerMemoryMiB',
  'controllerRestarts',
  'storedObjects',
  'storageMiB',
  'workerMemoryMiB',
] as const;
export type SeriesFigure = (typeof SERIES_FIGURES)[number];

/** One window in figures; null for what is not known. */
export interface SeriesRow {
  window: number;
  startedAtMs: number;
  /** From its start to its last send. */
  seconds: number;
  due: number;
  figures: Record<SeriesFigure, number | null>;
}

/** How a figure went over all windows that have it. */
export interface FigureCourse {
  first: number;
  last: number;
  least: number;
  most: number;
  windows: number;
}

/** A soak so far; bounded, whatever its length. */
export interface SeriesDigest {
  windows: number;
  courses: Partial<Record<SeriesFigure, FigureCourse>>;
  /** Rows at even distances, the first one among them; `stride` windows apart. */
  points: SeriesRow[];
  stride: number;
  /** Objects in etcd by resource, as first and last seen. */
  objects: { first: Record<string, number>; last: Record<string, number> } | null;
  controller: { startedAtSeconds: number; restarts: number } | null;
}

const MOST_POINTS = 24;
const MOST_RESOURCES = 100;
const MIB = 1024 * 1024;

export const NO_SERIES: SeriesDigest = {
  windows: 0,
  courses: {},
  points: [],
  stride: 1,
  objects: null,
  controller: null,
};

/** The digest with one more window, and that window's row. */
export function withWindow(
  before: SeriesDigest,
  window: WindowResult,
  sample: SystemSample,
  gapMs: number,
): { digest: SeriesDigest; row: SeriesRow } {
  const controller = controllerAfter(before.controller, sample.controllerStartedAtSeconds);
  const row = rowOf(window, sample, gapMs, controller?.restarts ?? null);
  const courses = { ...before.courses };
  for (const name of SERIES_FIGURES) {
    const value = row.figures[name];
    if (value !== null) courses[name] = courseAfter(courses[name], value);
  }
  let { stride } = before;
  let points = before.points;
  if (row.window % stride === 0) points = [...points, row];
  if (points.length > MOST_POINTS) {
    stride *= 2;
    points = points.filter((point) => point.window % stride === 0);
  }
  const objects = sample.objects === null ? null : bounded(sample.objects);
  return {
    row,
    digest: {
      windows: before.windows + 1,
      courses,
      points,
      stride,
      objects: objects === null ? before.objects : { first: before.objects?.first ?? objects, last: objects },
      controller,
    },
  };
}

/** How far a figure has moved from its first value: 0.1 is a tenth more; null where the first was 0. */
export function driftOfCourse({ first, last }: FigureCourse): number | null {
  return first === 0 ? null : last / first - 1;
}

/** Resources of which there are more than at first, the ones that grew most first. */
export function whatGrows(objects: SeriesDigest['objects'], most: number): [resource: string, by: number][] {
  if (objects === null) return [];
  const { first, last } = objects;
  return Object.entries(last)
    .map(([resource, count]): [string, number] => [resource, count - (first[resource] ?? 0)])
    .filter(([, by]) => by > 0)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, most);
}

function rowOf(
  window: WindowResult,
  sample: SystemSample,
  gapMs: number,
  restarts: number | null,
): SeriesRow {
  const { counts } = window;
  const recorder = new LatencyRecorder();
  recorder.merge([window.histograms]);
  const ms = (series: 'dueToReady' | 'dueToSent', percentile: number): number | null => {
    const micros = recorder.histogram(series, 'all')?.getValueAtPercentile(percentile);
    return micros === undefined ? null : micros / 1000;
  };
  const seconds = Math.max(0, window.sentUntilMs - window.startedAtMs) / 1000;
  const rate = seconds > 0 ? counts.due / seconds : 0;
  const missing = sample.pool === null ? null : Math.max(0, sample.pool.wanted - sample.pool.ready);
  const part = (some: number, all: number): number | null => (all === 0 ? null : some / all);
  return {
    window: window.windowIndex,
    startedAtMs: Math.round(window.startedAtMs),
    seconds: rounded(seconds),
    due: counts.due,
    figures: {
      readyPerSecond: seconds > 0 ? rounded(counts.ready / seconds) : null,
      p50Ms: ms('dueToReady', 50),
      p99Ms: ms('dueToReady', 99),
      lateP99Ms: ms('dueToSent', 99),
      failedFraction: part(counts.failed + counts.timedOut, counts.due),
      warmFraction: part(counts.warm, counts.ready),
      unaccounted: counts.notSubmitted + counts.unknown,
      gapMs: Math.round(gapMs),
      // So long would the pool have to go on without a claim, at the pace of these, for what is missing.
      poolBehindSeconds:
        missing === null || (missing > 0 && rate === 0) ? null : missing === 0 ? 0 : rounded(missing / rate),
      orphans: sample.orphans === null ? null : sample.orphans.sandboxes + sample.orphans.pods,
      controllerMemoryMiB: mib(sample.controllerMemoryBytes),
      controllerRestarts: restarts,
      storedObjects:
        sample.objects === null ? null : Object.values(sample.objects).reduce((sum, count) => sum + count, 0),
      storageMiB: mib(sample.storageBytes),
      workerMemoryMiB: mib(sample.workerMemoryBytes),
    },
  };
}

function controllerAfter(
  before: SeriesDigest['controller'],
  startedAtSeconds: number | null,
): SeriesDigest['controller'] {
  if (startedAtSeconds === null) return before;
  if (before === null) return { startedAtSeconds, restarts: 0 };
  const restarted = startedAtSeconds !== before.startedAtSeconds;
  return { startedAtSeconds, restarts: before.restarts + (restarted ? 1 : 0) };
}

function courseAfter(before: FigureCourse | undefined, value: number): FigureCourse {
  if (before === undefined) return { first: value, last: value, least: value, most: value, windows: 1 };
  return {
    first: before.first,
    last: value,
    least: Math.min(before.least, value),
    most: Math.max(before.most, value),
    windows: before.windows + 1,
  };
}

/** A cluster with very many kinds keeps those of which there are most. */
function bounded(objects: Record<string, number>): Record<string, number> {
  const sorted = Object.entries(objects).toSorted(([, one], [, other]) => other - one);
  return Object.fromEntries(sorted.slice(0, MOST_RESOURCES));
}

const mib = (bytes: number | null): number | null => (bytes === null ? null : rounded(bytes / MIB));
const rounded = (value: number): number => Number(value.toPrecision(6));
