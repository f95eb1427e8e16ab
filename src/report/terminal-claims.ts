import { stripVTControlCharacters } from 'node:util';
import { columns } from './columns.ts';
import { count, figure, plural, rate, span } from './figures.ts';
import { shortLatencyRows } from './latency-rows.ts';
import { loadItems, loadNote } from './load-words.ts';
import { phaseRows } from './phase-rows.ts';
import type { RunReport } from './report.ts';
import type { Sheet } from './sheet.ts';
import { paragraph } from './sheet.ts';
import { row } from './wrap.ts';

/** How many claims came to which end, and at what pace. */
export function claims(report: RunReport, sheet: Sheet): string[] {
  const { claims, rates, warmPool, generator, spec } = report;
  if (claims === null) return paragraph('claims', 'what became of them is not known', sheet);
  if (claims.due === 0) return [];
  const part = (amount: number, what: string) => (amount === 0 ? [] : [`${count(amount)} ${what}`]);
  const ready = [
    ...part(claims.warm, 'warm'),
    ...part(claims.cold, 'cold'),
    ...part(claims.launchUnknown, 'launch unknown'),
  ];
  const counts = [
    `${count(claims.due)} due`,
    `${count(claims.submitted)} sent`,
    `${count(claims.ready)} ready${ready.length === 0 ? '' : ` (${ready.join(', ')})`}`,
    `${count(claims.failed)} failed`,
    `${count(claims.timedOut)} timed out`,
    ...part(claims.notSubmitted, 'not submitted'),
    ...part(claims.unknown, 'unknown'),
  ];
  const pace = [
    ...(rates === null
      ? []
      : [
          ...(rates.targetQps === null ? [] : [`${rate(rates.targetQps)} asked`]),
          `${rate(rates.submitQps)} sent`,
          `${rate(rates.completionQps)} ready`,
        ]),
    ...(generator === null ? [] : [`${count(generator.peakConcurrent)} alive at most`]),
    ...(warmPool === null
      ? []
      : [`pool of ${count(warmPool.replicas)} filled in ${span(warmPool.fillSeconds)}`]),
  ];
  const note = loadNote(spec.load);
  return [
    ...paragraph('load', row(loadItems(spec.load)), sheet),
    ...(note === null ? [] : paragraph('', note, sheet)),
    ...paragraph('claims', row(counts), sheet),
    ...(pace.length === 0 ? [] : paragraph('', row(pace), sheet)),
  ];
}

/** What came of each phase of the load. */
export function phases(report: RunReport, { paint, width }: Sheet): string[] {
  const rows = phaseRows(report);
  if (rows.length === 0) return [];
  const lost = rows.some((row) => row.lost > 0);
  const table = (words: boolean): string[] =>
    columns({
      head: [
        'phase, due → ready in ms',
        ...(words ? ['arrivals'] : []),
        ...['due', 'ready', 'failed', ...(lost ? ['lost'] : []), 'p50', 'p99', 'max'],
      ].map((text) => paint('dim', text)),
      align: [
        'left',
        ...(words ? ['left' as const] : []),
        ...Array.from({ length: lost ? 7 : 6 }, () => 'right' as const),
      ],
      rows: rows.map((row) => [
        row.name,
        ...(words ? [row.arrivals] : []),
        ...[row.due, row.ready, row.failed, ...(lost ? [row.lost] : [])].map(count),
        ...[row.p50Ms, row.p99Ms, row.maxMs].map(figure),
      ]),
    });
  const roomy = table(true);
  return fitting(roomy, width) ? roomy : table(false);
}

const fitting = (lines: string[], width: number) =>
  lines.every((line) => stripVTControlCharacters(line).length <= width);

const FIGURES = ['p50', 'p90', 'p95', 'p99', 'max'] as const;
/** What goes first where a terminal is too narrow for all. */
const FEWER_FIGURES: (readonly (typeof FIGURES)[number][])[] = [
  FIGURES,
  ['p50', 'p90', 'p99', 'max'],
  ['p50', 'p99', 'max'],
  ['p50', 'p99'],
];

/** Percentiles, warm and cold apart, in as many columns as fit. */
export function latency(report: RunReport, { paint, width }: Sheet): string[] {
  const rows = shortLatencyRows(report);
  if (rows.length === 0) return [];
  const tables = FEWER_FIGURES.map((figures) =>
    columns({
      head: ['latency, ms', 'launch', 'count', ...figures].map((text) => paint('dim', text)),
      align: ['left', 'left', 'right', ...figures.map(() => 'right' as const)],
      rows: rows.map((row, index) => [
        row.what === rows[index - 1]?.what ? '' : row.what,
        row.launch,
        count(row.count),
        ...figures.map((name) => figure(row[`${name}Ms`])),
      ]),
    }),
  );
  return tables.find((lines) => fitting(lines, width)) ?? tables.at(-1) ?? [];
}

const MOST_ERRORS = 10;

/** Why claims failed, the most frequent reasons. */
export function errors(report: RunReport, sheet: Sheet): string[] {
  const all = Object.entries(report.errors);
  const shown = all.slice(0, MOST_ERRORS);
  const lines = shown.flatMap(([reason, times], index) =>
    paragraph(index === 0 ? 'errors' : '', `${count(times)} × ${reason}`, sheet),
  );
  const more = all.length - shown.length;
  return more > 0 ? [...lines, ...paragraph('', `and ${plural(more, 'other reason')}`, sheet)] : lines;
}
