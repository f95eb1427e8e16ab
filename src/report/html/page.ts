import markdownIt from 'markdown-it';
import type { Outcome, Verdict } from '../../domain/outcomes.ts';
import { count, figure as number, rate, span } from '../figures.ts';
import { mapStrings } from '../map-strings.ts';
import { reportSections } from '../markdown.ts';
import { plainText } from '../plain-text.ts';
import type { RunReport } from '../report.ts';
import type { Chart } from './chart.ts';
import { figure } from './chart.ts';
import type { ClaimCurves } from './claim-curves.ts';
import { breakdownChart, latencyChart, latenessChart } from './latency-charts.ts';
import { liveChart, ratesChart } from './load-charts.ts';
import type { MarkupElement } from './markup.ts';
import { document, h } from './markup.ts';
import { stagesChart } from './stages-chart.ts';
import { STYLE } from './style.ts';

/** Nothing is loaded and nothing runs: the page is the same from a disk, in a mail, in ten years. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Markup in the report's texts stays text. */
const markdown = markdownIt({ html: false, linkify: false });

/** The whole report as one HTML page without scripts; `report.html`. `curves` are null where no claim's timeline is at hand. */
export function renderHtml(report: RunReport, curves: ClaimCurves | null): string {
  const told = mapStrings(report, plainText);
  const title = `${told.runName}: ${told.outcome}`;
  const head = h(
    'head',
    {},
    h('meta', { charset: 'utf-8' }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }),
    h('title', {}, title),
    h('style', {}, STYLE),
  );
  const body = h('body', {}, h('main', {}, opening(told), cards(told), ...sections(told, curves)));
  return `<!doctype html>\n${h('html', { lang: 'en' }, head, body).outerHTML}\n`;
}

const OUTCOME_TONE: Record<Outcome, string> = {
  passed: 'good',
  failed: 'bad',
  'cleanup-incomplete': 'bad',
  'thresholds-missed': 'doubt',
  cancelled: 'doubt',
};
const VERDICT_TONE: Record<Verdict, string> = { valid: 'good', suspect: 'doubt', invalid: 'bad' };

function opening(report: RunReport): MarkupElement {
  const { runName, outcome, verdict, verdictReasons, description, startedAt, endedAt } = report;
  const took = span((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  return h(
    'header',
    {},
    h('h1', {}, runName),
    h(
      'p',
      {},
      h('span', { class: `mark ${OUTCOME_TONE[outcome]}` }, outcome),
      ' ',
      h('span', { class: `mark ${VERDICT_TONE[verdict]}` }, `numbers ${verdict}`),
    ),
    description === null ? null : h('p', {}, description),
    h('p', { class: 'quiet' }, `From ${startedAt} to ${endedAt}, ${took}.`),
    verdictReasons.length === 0
      ? null
      : h(
          'ul',
          {},
          verdictReasons.map((reason) => h('li', {}, reason)),
        ),
  );
}

/** What one came for, at a glance. */
function cards({ claims, latency, rates, leftoverCount }: RunReport): MarkupElement {
  const stats = latency?.dueToReady;
  const launch = stats?.warm === undefined ? 'cold' : 'warm';
  const figures = stats?.[launch] ?? stats?.all;
  const of = stats?.[launch] === undefined ? '' : `, ${launch}`;
  const shown: [string, string][] = [
    ...(claims === null
      ? []
      : [['claims ready', `${count(claims.ready)} of ${count(claims.due)}`] as [string, string]]),
    ...(figures === undefined
      ? []
      : ([
          [`p50, due to ready${of}`, `${number(figures.p50Ms)} ms`],
          [`p99, due to ready${of}`, `${number(figures.p99Ms)} ms`],
        ] as [string, string][])),
    ...(rates === null ? [] : [rateCard(rates)]),
    ['left over', leftoverCount === 0 ? 'nothing' : count(leftoverCount)],
  ];
  return h(
    'dl',
    { class: 'cards' },
    shown.map(([what, value]) => h('div', {}, h('dt', {}, what), h('dd', {}, value))),
  );
}

function rateCard({ submitQps, targetQps }: NonNullable<RunReport['rates']>): [string, string] {
  if (targetQps === null) return ['rate sent', rate(submitQps)];
  return ['sent, of the rate asked', `${rate(submitQps)} of ${rate(targetQps)}`];
}

/** The parts of the report, charts above the tables that they belong to. */
function sections(report: RunReport, curves: ClaimCurves | null): MarkupElement[] {
  const charts = chartsOf(report, curves);
  return reportSections(report).map(({ title, text }) =>
    h('section', {}, h('h2', {}, title), ...(charts[title] ?? []).map(figure), ...fromMarkdown(text)),
  );
}

/** By the title of the section that they stand in. */
function chartsOf(report: RunReport, curves: ClaimCurves | null): Record<string, Chart[]> {
  const some = (...charts: (Chart | null)[]) => charts.filter((chart) => chart !== null);
  return {
    Steps: some(stagesChart(report)),
    Claims: curves === null ? [] : [ratesChart(curves), liveChart(curves)],
    Latency: some(curves === null ? null : latencyChart(curves), breakdownChart(report)),
    'The generator': some(curves === null ? null : latenessChart(curves)),
  };
}

/** Tables may be wider than a phone: they scroll by themselves, not with the page. */
function fromMarkdown(text: string): MarkupElement[] {
  const holder = document.createElement('div');
  holder.innerHTML = markdown.render(text);
  for (const table of holder.querySelectorAll('table')) {
    const scroll = h('div', { class: 'scroll', tabindex: '0' });
    table.replaceWith(scroll);
    scroll.append(table);
  }
  // A heading without a word heads nothing.
  for (const head of holder.querySelectorAll('th')) if (head.textContent === '') head.replaceWith(h('td'));
  return [...holder.children];
}
