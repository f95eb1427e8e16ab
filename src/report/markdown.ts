import { count, figure, NONE, plural, rate, span } from './figures.ts';
import { latencyRows } from './latency-rows.ts';
import { mapStrings } from './map-strings.ts';
import { code, escaped, table } from './markdown-text.ts';
import { nextSteps } from './next-steps.ts';
import { plainText } from './plain-text.ts';
import { postMortem } from './post-mortem.ts';
import type { ReportedStep, RunReport } from './report.ts';

/** The whole report as Markdown; `report.md`. Ends with a newline. */
export function renderMarkdown(report: RunReport): string {
  const told = mapStrings(report, plainText);
  const sections = [
    opening(told),
    section('What happened', whatHappened(told)),
    section('Steps', steps(told)),
    section('Claims', claims(told)),
    section('Latency', latency(told)),
    section('Failed claims by reason', errors(told)),
    section('The generator', generator(told)),
    section('What was measured', setup(told)),
    section('The spec', `\`\`\`json\n${JSON.stringify(told.spec, null, 2)}\n\`\`\``),
    section('Files', files(told)),
    section('What to type next', next(told)),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function section(title: string, text: string): string {
  return text === '' ? '' : `## ${title}\n\n${text}`;
}

function opening(report: RunReport): string {
  const { runName, outcome, verdict, verdictReasons, description, startedAt, endedAt } = report;
  const took = span((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  const reasons = verdictReasons.map((reason) => `- ${escaped(reason)}`).join('\n');
  return [
    `# Run ${escaped(runName)}: ${outcome}`,
    description === null ? '' : escaped(description),
    `From ${startedAt} to ${endedAt} (${took}). The numbers are **${verdict}**${reasons === '' ? '.' : ':'}`,
    reasons,
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
  return [...findings, ...listed, ...(more > 0 ? [`  - and ${count(more)} more`] : [])].join('\n');
}

function steps({ steps }: RunReport): string {
  const rows = steps.map((step) => [
    step.stage,
    escaped(step.title),
    step.state,
    span(step.durationSeconds),
    undo(step),
    step.detail === null ? '' : escaped(step.detail),
  ]);
  return rows.length === 0 ? '' : table(['stage', 'step', 'state', 'took', 'undo', 'detail'], rows, [3, 4]);
}

function undo({ absorbedBy, state, undoDurationSeconds }: ReportedStep): string {
  return absorbedBy !== null && state !== 'skipped' ? `with ${absorbedBy}` : span(undoDurationSeconds);
}

function claims({ claims, rates, warmPool }: RunReport): string {
  if (claims === null) return 'Claims were sent, but what became of them is not known.';
  if (claims.due === 0) return '';
  const rows = [
    ['due', count(claims.due)],
    ['sent', count(claims.submitted)],
    ['ready', count(claims.ready)],
    ['of them warm', count(claims.warm)],
    ['of them cold', count(claims.cold)],
    ['of them launched nobody knows how', count(claims.launchUnknown)],
    ['failed', count(claims.failed)],
    ['timed out', count(claims.timedOut)],
    ['not submitted', count(claims.notSubmitted)],
    ['end unknown', count(claims.unknown)],
    ...(rates === null
      ? []
      : [
          ['rate asked', rate(rates.targetQps)],
          ['rate sent', rate(rates.submitQps)],
          ['rate ready', rate(rates.completionQps)],
        ]),
  ];
  const pool =
    warmPool === null
      ? ''
      : `\n\nThe warm pool of ${count(warmPool.replicas)} was full after ${span(warmPool.fillSeconds)}.`;
  return `${table(['claims', ''], rows, [1])}${pool}`;
}

function latency(report: RunReport): string {
  const rows = latencyRows(report).map((row) => [
    row.what,
    escaped(row.launch),
    count(row.count),
    ...[row.p50Ms, row.p90Ms, row.p95Ms, row.p99Ms, row.maxMs].map(figure),
  ]);
  if (rows.length === 0) return '';
  const head = ['milliseconds', 'launch', 'count', 'p50', 'p90', 'p95', 'p99', 'max'];
  const own = report.controllerHistogram;
  const note =
    own === null
      ? ''
      : `\n\nThe controller's own figures are interpolated from the buckets of ${code(own.metric)}, the first of which ends at 100 ms.`;
  return `${table(head, rows, [2, 3, 4, 5, 6, 7])}${note}`;
}

function errors({ errors }: RunReport): string {
  const rows = Object.entries(errors).map(([reason, times]) => [escaped(reason), count(times)]);
  return rows.length === 0 ? '' : table(['reason', 'claims'], rows, [1]);
}

function generator({ generator }: RunReport): string {
  if (generator === null) return '';
  const rows = [
    ['attempts', count(generator.attempts)],
    ['most claims alive at once', count(generator.peakConcurrent)],
    ['delayed by maxConcurrent', count(generator.delayedByMaxConcurrent)],
    ['longest such delay', `${figure(generator.longestDelayMs)} ms`],
    ['event loop delay, p99', `${figure(generator.eventLoopDelayP99Ms)} ms`],
    ['CPU', span(generator.cpuSeconds)],
    ['watch resumed', plural(generator.watchResumed, 'time')],
    ['watch listed anew', plural(generator.watchRelisted, 'time')],
    ['connections opened', count(generator.connectionsOpened)],
  ];
  return table(['generator', ''], rows, [1]);
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
  const lines = [files.report, files.markdown, files.claims].filter((path) => path !== null);
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
