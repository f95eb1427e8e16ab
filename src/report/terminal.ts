import type { Outcome, Verdict } from '../domain/outcomes.ts';
import { evidenceNote } from './evidence-note.ts';
import { count, span } from './figures.ts';
import { mapStrings } from './map-strings.ts';
import { nextSteps } from './next-steps.ts';
import type { Style } from './paint.ts';
import { painter } from './paint.ts';
import { plainText } from './plain-text.ts';
import { postMortem } from './post-mortem.ts';
import type { RunReport } from './report.ts';
import type { Sheet } from './sheet.ts';
import { INDENT, paragraph } from './sheet.ts';
import { claims, errors, latency, phases } from './terminal-claims.ts';
import { steps } from './terminal-steps.ts';
import { clip, row } from './wrap.ts';

/** Longer lines are hard to read, shorter ones break words. */
const MOST_WIDTH = 110;
const LEAST_WIDTH = 50;

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
    phases(told, sheet),
    latency(told, sheet),
    errors(told, sheet),
    where(told, sheet),
  ]
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
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
  const { verdict, verdictReasons, notes } = report;
  const paragraphs = postMortem(report).flatMap(({ about, text }) =>
    paragraph(about, text, sheet, alarming(report, about) ? 'red' : undefined),
  );
  return [
    ...paragraphs,
    ...paragraph('verdict', verdict, sheet, VERDICTS[verdict]),
    ...verdictReasons.flatMap((reason) => paragraph('', reason, sheet)),
    ...notes.flatMap((note) => paragraph('', note, sheet)),
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

/** Where it is, in one piece to be copied, and what is in it. */
function evidence(report: RunReport, sheet: Sheet): string[] {
  const note = evidenceNote(report);
  if (report.evidence === null || note === null) return [];
  const { folder, host, problems } = report.evidence;
  const { paint } = sheet;
  return [
    ...(folder === null
      ? []
      : [`${paint('dim', 'evidence'.padEnd(INDENT))}${folder} ${paint('dim', `on ${host ?? '?'}`)}`]),
    ...paragraph(folder === null ? 'evidence' : '', note, sheet, problems.length === 0 ? 'dim' : 'yellow'),
  ];
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
    ...evidence(report, sheet),
    ...(files.error === null ? [] : paragraph('report', files.error, sheet, 'yellow')),
    ...nextSteps(report).flatMap(({ why, command }, index) => {
      const fits = INDENT + command.length + why.length + 4 <= sheet.width;
      const lines = fits ? [`${command}  ${paint('dim', `# ${why}`)}`] : [paint('dim', `# ${why}`), command];
      return lines.map((line, at) => `${margin(index + at === 0 ? 'next' : '')}${line}`);
    }),
  ];
}
