import type { SeriesFigure } from '../measure/series.ts';
import { driftOfCourse, SERIES_FIGURES } from '../measure/series.ts';
import { count, figure, NONE, plural } from './figures.ts';
import { code, escaped, table } from './markdown-text.ts';
import type { RunReport } from './report.ts';
import type { SoakReport } from './soak-report.ts';

const TITLES: Record<SeriesFigure, string> = {
  readyPerSecond: 'ready a second',
  p50Ms: 'due to ready, p50 ms',
  p99Ms: 'due to ready, p99 ms',
  lateP99Ms: 'sent late, p99 ms',
  failedFraction: 'failed, part of those due',
  warmFraction: 'warm, part of those ready',
  unaccounted: 'not submitted or lost',
  gapMs: 'gap before the window, ms',
  poolBehindSeconds: 'pool behind by, s',
  orphans: 'orphaned sandboxes and pods',
  controllerMemoryMiB: 'controller memory, MiB',
  controllerRestarts: 'controller restarts',
  storedObjects: 'objects in etcd',
  storageMiB: 'size of etcd, MiB',
  workerMemoryMiB: 'worker memory, MiB',
};

/** A soak as a series: how each figure went, some windows, what grew, and what happened on the way. */
export function soak({ soak: found }: RunReport): string {
  if (found === undefined || found === null) return '';
  const parts = [lead(found), courses(found), points(found), grows(found), notes(found)];
  return parts.filter((part) => part !== '').join('\n\n');
}

function lead({ windows, continued, dropped }: SoakReport): string {
  if (windows === 0) return '';
  const executions = continued === 0 ? '' : `, in ${count(continued + 1)} executions`;
  const gone =
    dropped.windows === 0
      ? ''
      : ` The timelines of ${plural(dropped.claims, 'claim')} in ${plural(dropped.windows, 'window')} were dropped to keep within soak.mostDiskMiB.`;
  return `${plural(windows, 'window')}${executions}; each is a line of series.jsonl.${gone}`;
}

function courses({ courses: all }: SoakReport): string {
  const rows = SERIES_FIGURES.flatMap((name) => {
    const course = all[name];
    if (course === undefined) return [];
    const drift = driftOfCourse(course);
    const { first, last, least, most, windows } = course;
    const moved = drift === null ? NONE : `${figure(drift * 100)} %`;
    return [[TITLES[name], ...[first, last, least, most].map(figure), moved, count(windows)]];
  });
  if (rows.length === 0) return '';
  return table(['', 'first', 'last', 'least', 'most', 'drift', 'windows'], rows, [1, 2, 3, 4, 5, 6]);
}

function points({ points: rows }: SoakReport): string {
  if (rows.length < 2) return '';
  const shown = [
    'p50Ms',
    'p99Ms',
    'failedFraction',
    'warmFraction',
    'controllerMemoryMiB',
    'storedObjects',
  ] as const;
  return table(
    ['window', 'from', 'due', ...shown.map((name) => TITLES[name])],
    rows.map(({ window, startedAtMs, due, figures }) => [
      count(window),
      new Date(startedAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      count(due),
      ...shown.map((name) => figure(figures[name])),
    ]),
    [0, 2, 3, 4, 5, 6, 7, 8],
  );
}

function grows({ grows: list }: SoakReport): string {
  if (list.length === 0) return '';
  return `More objects than at first: ${list.map(({ resource, by }) => `${code(resource)} +${count(by)}`).join(', ')}.`;
}

function notes({ notes: { first, newest, between } }: SoakReport): string {
  const line = ({ atMs, window, kind, text, who }: SoakReport['notes']['first'][number]): string => {
    const where = window === null ? '' : `, window ${window}`;
    const by = who === null ? '' : ` (${escaped(who)})`;
    return `- ${new Date(atMs).toISOString()}${where}: ${kind}: ${escaped(text)}${by}`;
  };
  const more = between === 0 ? [] : [`- and ${count(between)} more`];
  return [...first.map(line), ...more, ...newest.map(line)].join('\n');
}
