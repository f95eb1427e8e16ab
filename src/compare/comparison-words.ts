import { figure, NONE } from '../report/figures.ts';
import type { ComparedMetric, Comparison } from './comparison.ts';

/** The head of a comparison's table. */
export const HEAD = [
  'metric',
  'A p50',
  'B p50',
  'change',
  'A p99',
  'B p99',
  'tail',
  'effect',
  'p',
  'verdict',
];

/** One metric as the cells of a line; the same in terminal and HTML. */
export function cells(metric: ComparedMetric): string[] {
  const { a, b, unit, cliffsDelta, pValue, tail, verdict, decides } = metric;
  const shown = (value: number | undefined): string => {
    if (value === undefined) return NONE;
    return unit === 'fraction' ? `${figure(value * 100)} %` : figure(value);
  };
  const single = unit === 'fraction';
  return [
    `${metric.metric}${decides ? ' *' : ''}`,
    shown(a?.p50),
    shown(b?.p50),
    a === null || b === null ? NONE : single ? points(b.p50 - a.p50) : percentMore(b.p50 / a.p50),
    single ? '' : shown(a?.p99),
    single ? '' : shown(b?.p99),
    tail === null
      ? NONE
      : `p${tail.percent} ${percentMore(tail.ratio)} [${percentMore(tail.low)}, ${percentMore(tail.high)}]`,
    cliffsDelta === null ? NONE : figure(cliffsDelta),
    pValue === null ? NONE : pValue < 0.0001 ? '<0.0001' : pValue.toFixed(4),
    verdict,
  ];
}

/** What was compared, in what the settings differ, what speaks against the figures, and what came of it. */
export function sentences(comparison: Comparison): { title: string; lines: string[] }[] {
  const { a, b, differences, warnings } = comparison;
  const side = ({ runs, claims }: Comparison['a']): string => `${runs.join(', ')} (${claims} claims)`;
  return [
    { title: 'A', lines: [side(a)] },
    { title: 'B', lines: [side(b)] },
    {
      title: 'differ in',
      lines:
        differences.length === 0
          ? ['nothing: spec, versions, manifests, nodes and machine are the same']
          : differences.map(({ what, a, b }) => `${what}: ${a} in A, ${b} in B`),
    },
    { title: 'warning', lines: warnings },
    { title: 'verdict', lines: [verdictSentence(comparison)] },
  ].filter(({ lines }) => lines.length > 0);
}

/** How the table is to be read. */
export function legend({ unit, rules }: Comparison): string {
  const of = unit === 'run' ? 'between runs' : 'between stretches of consecutive claims';
  return (
    `Milliseconds. * decides the verdict. effect: Cliff's delta, above 0 where B's are mostly greater; p: Mann-Whitney ` +
    `with the spread ${of}; tail: the highest percentile with enough samples beyond it, B against A, with its 99 % ` +
    `interval by bootstrap. A difference has p <= ${rules.mostPValue}, an effect of at least ${rules.leastCliffsDelta} ` +
    `and a p50 changed by ${rules.leastChange * 100} %; or a tail changed by as much, with an interval that leaves no change out.`
  );
}

function verdictSentence({ verdict, metrics }: Comparison): string {
  const telling = metrics.filter((metric) => metric.decides && metric.verdict !== 'no difference');
  switch (verdict) {
    case 'no difference':
      return 'no difference: nothing that decides changed beyond noise and by enough to matter';
    case 'mixed':
    case 'better':
    case 'worse':
      return `B is ${verdict}: ${telling.map(({ metric, verdict, because }) => `${metric} ${verdict} ${because}`).join(', ')}`;
  }
}

function percentMore(ratio: number): string {
  if (!Number.isFinite(ratio)) return NONE;
  if (ratio >= 3) return `x${figure(ratio)}`;
  const percent = (ratio - 1) * 100;
  return `${percent >= 0 ? '+' : ''}${percent.toFixed(1)} %`;
}

const points = (difference: number): string =>
  `${difference >= 0 ? '+' : ''}${(difference * 100).toFixed(1)} pts`;
