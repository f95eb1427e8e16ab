import { evidenceNote } from './evidence-note.ts';
import { count, NONE, span } from './figures.ts';
import { mapStrings } from './map-strings.ts';
import { claims, clocks, errors, generator, latency, phases, thresholds } from './markdown-claims.ts';
import { soak } from './markdown-soak.ts';
import { code, escaped, table } from './markdown-text.ts';
import { nextSteps } from './next-steps.ts';
import { plainText } from './plain-text.ts';
import { postMortem } from './post-mortem.ts';
import type { ReportedStep, RunReport } from './report.ts';

/** The whole report as Markdown; `report.md`. Ends with a newline. */
export function renderMarkdown(report: RunReport): string {
  const told = mapStrings(report, plainText);
  const sections = reportSections(told).map(({ title, text }) => `## ${title}\n\n${text}`);
  return `${[opening(told), ...sections].join('\n\n')}\n`;
}

/** One part of the report under a heading of its own. */
export interface ReportSection {
  title: string;
  /** Markdown. */
  text: string;
}

/**
 * All that is below the opening, in order; parts that have nothing to say are left out. Its texts are to be plain
 * already (`plainText`).
 */
export function reportSections(told: RunReport): ReportSection[] {
  return [
    section('What happened', whatHappened(told)),
    section('Steps', steps(told)),
    section('Thresholds', thresholds(told)),
    section('Claims', claims(told)),
    section('Phases', phases(told)),
    section('Latency', latency(told)),
    section('Three clocks', clocks(told)),
    section('Failed claims by reason', errors(told)),
    section('The soak', soak(told)),
    section('The generator', generator(told)),
    section('What was measured', setup(told)),
    section('The spec', `\`\`\`json\n${JSON.stringify(told.spec, null, 2)}\n\`\`\``),
    section('Files', files(told)),
    section('What to type next', next(told)),
  ].filter(({ text }) => text !== '');
}

const section = (title: string, text: string): ReportSection => ({ title, text });

function opening(report: RunReport): string {
  const { runName, outcome, verdict, verdictReasons, notes, description, startedAt, endedAt } = report;
  const took = span((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  const reasons = verdictReasons.map((reason) => `- ${escaped(reason)}`).join('\n');
  return [
    `# Run ${escaped(runName)}: ${outcome}`,
    description === null ? '' : escaped(description),
    `From ${startedAt} to ${endedAt} (${took}). The numbers are **${verdict}**${reasons === '' ? '.' : ':'}`,
    reasons,
    ...notes.map(escaped),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function whatHappened(report: RunReport): string {
  const findings = postMortem(report).map(({ about, text }) => `- **${about}**: ${escaped(text)}`);
  const listed = report.leftovers.map(
    ({ kind, name, detail }) =>
      `  - ${escaped(kind)} ${code(name)}${detail === '' ? '' : `: ${escaped(detail)}`}`,
  );
  const more = report.leftoverCount - report.leftovers.length;
  return [
    ...findings,
    ...listed,
    ...(more > 0 ? [`  - and ${count(more)} more`] : []),
    ...evidence(report),
  ].join('\n');
}

function evidence(report: RunReport): string[] {
  const note = evidenceNote(report);
  if (report.evidence === null || note === null) return [];
  const { folder, host, files } = report.evidence;
  const where = folder === null ? '' : `${code(folder)} on ${escaped(host ?? '?')}: `;
  return [
    `- **evidence**: ${where}${escaped(note)}`,
    ...files.map(({ name, bytes }) => `  - ${code(name)}, ${count(bytes)} bytes`),
  ];
}

function steps({ steps }: RunReport): string {
  const rows = steps.map((step) => [
    step.stage,
    escaped(step.title),
    step.state,
    step.attempts === null ? NONE : count(step.attempts),
    span(step.durationSeconds),
    undo(step),
    step.detail === null ? '' : escaped(step.detail),
  ]);
  return rows.length === 0
    ? ''
    : table(['stage', 'step', 'state', 'tries', 'took', 'undo', 'detail'], rows, [3, 4, 5]);
}

function undo({ absorbedBy, state, undoDurationSeconds }: ReportedStep): string {
  return absorbedBy !== null && state !== 'skipped' ? `with ${absorbedBy}` : span(undoDurationSeconds);
}

function setup({ cluster, versions, digests, flags, owner, namespace }: RunReport): string {
  const nodes = Object.entries(cluster?.nodes ?? {}).map(([pool, nodes]) => `${count(nodes)} ${pool}`);
  const rows = [
    ['owner', code(owner)],
    ['Temporal namespace', code(namespace)],
    ...(cluster === null
      ? []
      : [
          ['cluster', `${code(cluster.name)} of provider ${escaped(cluster.provider)}`],
          ['nodes', nodes.length === 0 ? NONE : escaped(nodes.join(', '))],
        ]),
    ...Object.entries(versions).map(([name, version]) => [escaped(name), code(version)]),
    ...Object.entries(digests).map(([name, digest]) => [`SHA-256 of ${escaped(name)}`, code(digest)]),
    ...Object.entries(flags).map(([name, list]) => [`flags of ${escaped(name)}`, list.map(code).join(' ')]),
  ];
  return table(['', ''], rows);
}

function files({ files }: RunReport): string {
  const lines = [files.report, files.markdown, files.html, files.junit, files.claims].filter(
    (path) => path !== null,
  );
  return [
    ...(lines.length === 0 ? [] : [`On ${code(files.host)}:`, '', ...lines.map((path) => `- ${code(path)}`)]),
    ...(files.error === null ? [] : [...(lines.length === 0 ? [] : ['']), escaped(files.error)]),
  ].join('\n');
}

function next(report: RunReport): string {
  return `\`\`\`sh\n${nextSteps(report)
    .map(({ why, command }) => `# ${why}\n${command}`)
    .join('\n')}\n\`\`\``;
}
