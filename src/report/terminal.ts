import { stripVTControlCharacters } from 'node:util';
import type { Outcome, Verdict } from '../domain/outcomes.ts';
import { columns } from './columns.ts';
import { count, figure, plural, rate, span } from './figures.ts';
import { shortLatencyRows } from './latency-rows.ts';
import { mapStrings } from './map-strings.ts';
import { nextSteps } from './next-steps.ts';
import type { Paint, Style } from './paint.ts';
import { painter } from './paint.ts';
import { plainText } from './plain-text.ts';
import { postMortem } from './post-mortem.ts';
import type { ReportedStep, RunReport } from './report.ts';
import { clip, row, wrap } from './wrap.ts';

/** Longer lines are hard to read, shorter ones break words. */
const MOST_WIDTH = 110;
const LEAST_WIDTH = 50;
/** Where the words of a section begin that stand beside their heading. */
const INDENT = 12;

const OUTCOMES: Record<Outcome, { style: Style; mark: string }> = {
  passed: { style: ['bold', 'green'], mark: '✓' },
  failed: { style: ['bold', 'red'], mark: '✗' },
  'cleanup-incomplete': { style: ['bold', 'red'], mark: '‼' },
  'thresholds-missed': { style: ['bold', 'yellow'], mark: '✗' },
  cancelled: { style: ['bold', 'yellow'], mark: '–' },
};
const VERDICTS: Record<Verdict, Style> = { valid: 'green', suspect: 'yellow', invalid: 'red' };

/** What a run came to, on one screen; `sandtide report --output markdown` has the rest. No trailing newline. */
export function renderTerminal(
  report: RunReport,
  { colour, width }: { colour: boolean; width: number },
): string {
  const told = mapStrings(report, plainText);
  const sheet: Sheet = {
    paint: painter(colour),
    width: Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width)),
  };
  return [
    headline(told, sheet),
    explained(told, sheet),
    leftovers(told, sheet),
    steps(told, sheet),
    claims(told, sheet),
    latency(told, sheet),
    errors(told, sheet),
    where(told, sheet),
  ]
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

interface Sheet {
  paint: Paint;
  width: number;
}

function headline(report: RunReport, { paint, width }: Sheet): string[] {
  const { style, mark } = OUTCOMES[report.outcome];
  const took = span((Date.parse(report.endedAt) - Date.parse(report.startedAt)) / 1000);
  const outcome = `${mark} ${report.outcome}`;
  const name = clip(report.runName, width - outcome.length - took.length - 4);
  return [`${paint(style, outcome)}  ${paint('bold', name)}  ${paint('dim', took)}`];
}

/** The verdict with its reasons, and what went wrong where something did. */
function explained(report: RunReport, sheet: Sheet): string[] {
  const { verdict, verdictReasons } = report;
  const paragraphs = postMortem(report).flatMap(({ about, text }) =>
    paragraph(about, text, sheet, alarming(report, about) ? 'red' : undefined),
  );
  return [
    ...paragraphs,
    ...paragraph('verdict', verdict, sheet, VERDICTS[verdict]),
    ...verdictReasons.flatMap((reason) => paragraph('', reason, sheet)),
    ...paragraph('setup', row(setup(report)), sheet),
  ];
}

function alarming({ outcome }: RunReport, about: string): boolean {
  return about === 'error' || (outcome === 'cleanup-incomplete' && (about === 'undone' || about === 'left'));
}

/** What was measured, and where. */
function setup({ spec, cluster, versions }: RunReport): string[] {
  const nodes = Object.entries(cluster?.nodes ?? {}).map(([pool, nodes]) => `${count(nodes)} ${pool}`);
  const known = ['kubernetes', 'agent-sandbox'].filter((name) => versions[name] !== undefined);
  return [
    `provider ${spec.provider.type}`,
    ...(nodes.length === 0 ? [] : [`nodes ${nodes.join(' + ')}`]),
    ...known.map((name) => `${name} ${versions[name] ?? ''}`),
  ];
}

/** A heading in the margin, and its text beside it in as many lines as it takes. */
function paragraph(about: string, text: string, { paint, width }: Sheet, style?: Style): string[] {
  return wrap(text, width - INDENT).map((line, index) => {
    const margin = (index === 0 ? about : '').padEnd(INDENT);
    return `${paint('dim', margin)}${style === undefined ? line : paint(style, line)}`.trimEnd();
  });
}

function steps(report: RunReport, { paint, width }: Sheet): string[] {
  const rows = report.steps.map((step) => {
    const { mark, style } = stepMark(step, report);
    const title = clip(step.title, width - 26);
    const told = step.startedAt === null ? paint('dim', title) : title;
    return [`${paint(style, mark)} ${told}`, span(step.durationSeconds), undoCell(step)];
  });
  if (rows.length === 0) return [];
  const head = ['steps', 'took', 'undo'].map((text) => paint('dim', text));
  return columns({ head, align: ['left', 'right', 'right'], rows });
}

function stepMark(step: ReportedStep, report: RunReport): { mark: string; style: Style } {
  const { failure, ending, steps } = report;
  if (step.state === 'undo-failed' && step.absorbedBy === null) return { mark: '‼', style: 'red' };
  if (failure?.step === step.id) return { mark: '✗', style: 'red' };
  if (step.startedAt === null) return { mark: '–', style: 'dim' };
  const last = steps.findLast(({ startedAt }) => startedAt !== null);
  if (ending === 'cancelled' && step === last) return { mark: '–', style: 'yellow' };
  return { mark: '✓', style: 'green' };
}

function undoCell({ state, undoDurationSeconds, absorbedBy }: ReportedStep): string {
  if (absorbedBy !== null && state !== 'skipped') return `with ${absorbedBy}`;
  if (state === 'undo-failed') return 'failed';
  return span(undoDurationSeconds);
}

function claims(report: RunReport, sheet: Sheet): string[] {
  const { claims, rates, warmPool, generator } = report;
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
          `${rate(rates.targetQps)} asked`,
          `${rate(rates.submitQps)} sent`,
          `${rate(rates.completionQps)} ready`,
        ]),
    ...(generator === null ? [] : [`${count(generator.peakConcurrent)} alive at most`]),
    ...(warmPool === null
      ? []
      : [`pool of ${count(warmPool.replicas)} filled in ${span(warmPool.fillSeconds)}`]),
  ];
  return [
    ...paragraph('claims', row(counts), sheet),
    ...(pace.length === 0 ? [] : paragraph('', row(pace), sheet)),
  ];
}

const FIGURES = ['p50', 'p90', 'p95', 'p99', 'max'] as const;
/** What goes first where a terminal is too narrow for all. */
const FEWER_FIGURES: (readonly (typeof FIGURES)[number][])[] = [
  FIGURES,
  ['p50', 'p90', 'p99', 'max'],
  ['p50', 'p99', 'max'],
  ['p50', 'p99'],
];

function latency(report: RunReport, { paint, width }: Sheet): string[] {
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
  const fits = (lines: string[]) => lines.every((line) => stripVTControlCharacters(line).length <= width);
  return tables.find(fits) ?? tables.at(-1) ?? [];
}

const MOST_ERRORS = 10;
function errors(report: RunReport, sheet: Sheet): string[] {
  const all = Object.entries(report.errors);
  const shown = all.slice(0, MOST_ERRORS);
  const lines = shown.flatMap(([reason, times], index) =>
    paragraph(index === 0 ? 'errors' : '', `${count(times)} × ${reason}`, sheet),
  );
  const more = all.length - shown.length;
  return more > 0 ? [...lines, ...paragraph('', `and ${plural(more, 'other reason')}`, sheet)] : lines;
}

function leftovers(report: RunReport, sheet: Sheet): string[] {
  const lines = report.leftovers.flatMap(({ kind, name, detail }, index) =>
    paragraph(
      index === 0 ? 'leftovers' : '',
      `${kind} ${name}${detail === '' ? '' : ` (${detail})`}`,
      sheet,
      'red',
    ),
  );
  const more = report.leftoverCount - report.leftovers.length;
  return more > 0 ? [...lines, ...paragraph('', `and ${count(more)} more`, sheet, 'red')] : lines;
}

/** Files and what to type next: paths and commands are never broken, so that they can be copied. */
function where(report: RunReport, sheet: Sheet): string[] {
  const { files } = report;
  const { paint } = sheet;
  const margin = (about: string) => paint('dim', about.padEnd(INDENT));
  return [
    ...(files.report === null
      ? []
      : [`${margin('report')}${files.report} ${paint('dim', `on ${files.host}`)}`]),
    ...(files.error === null ? [] : paragraph('report', files.error, sheet, 'yellow')),
    ...nextSteps(report).flatMap(({ why, command }, index) => {
      const fits = INDENT + command.length + why.length + 4 <= sheet.width;
      const lines = fits ? [`${command}  ${paint('dim', `# ${why}`)}`] : [paint('dim', `# ${why}`), command];
      return lines.map((line, at) => `${margin(index + at === 0 ? 'next' : '')}${line}`);
    }),
  ];
}
