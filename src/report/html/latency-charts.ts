import * as Plot from '@observablehq/plot';
import type { Series, Split } from '../../measure/histograms.ts';
import { count, figure as number } from '../figures.ts';
import { shortLatencyRows } from '../latency-rows.ts';
import type { RunReport } from '../report.ts';
import type { Chart, Stroke } from './chart.ts';
import { lineOf } from './chart.ts';
import type { ClaimCurves } from './claim-curves.ts';

type Quantiles = ClaimCurves['quantiles'];

const STROKES: Record<Split, Stroke> = {
  warm: { name: 'warm', colour: 'var(--warm)', dashes: null },
  cold: { name: 'cold', colour: 'var(--cold)', dashes: '6 4' },
  all: { name: 'all', colour: 'var(--due)', dashes: null },
};

/** From due to ready, by how many claims were as quick; null where none became ready. */
export function latencyChart(curves: ClaimCurves): Chart | null {
  return quantileChart(curves.quantiles, 'dueToReady', {
    title: 'From due to ready',
    caption:
      'How slow the slowest claims were: at 99 % the line is at the latency that 99 of 100 claims kept to. Warm and cold starts are apart, for mixed they would say how many there were of each.',
  });
}

/** How late claims were sent: what the generator adds. */
export function latenessChart(curves: ClaimCurves): Chart | null {
  return quantileChart(curves.quantiles, 'dueToSent', {
    title: 'Lateness',
    caption: 'How long after it fell due a claim was sent. This is the generator, not agent-sandbox.',
  });
}

function quantileChart(
  all: Quantiles,
  series: Series,
  { title, caption }: Pick<Chart, 'title' | 'caption'>,
): Chart | null {
  // A logarithm knows no zero; a microsecond is less than any of these clocks tells.
  const points = all
    .filter((point) => point.series === series)
    .map(({ split, below, ms }) => ({
      split,
      nines: -Math.log10(1 - below),
      below,
      ms: Math.max(ms, 0.001),
    }));
  if (points.length === 0) return null;
  const splits = [...new Set(points.map(({ split }) => split))];
  const most = Math.max(...points.map(({ nines }) => nines));
  const ticks = [0, Math.log10(2), 1, 2, 3, 4, 5, 6].filter((nines) => nines <= most);
  return {
    title,
    caption,
    strokes: splits.map((split) => STROKES[split]),
    plot: {
      x: { label: 'claims that were at most as slow', ticks, tickFormat: percent },
      y: { type: 'log', label: 'milliseconds', grid: true, nice: true, tickFormat: ',~f' },
      marks: splits.map((split) => {
        const of = points.filter((point) => point.split === split);
        return Plot.lineY(of, { x: 'nines', y: 'ms', ...lineOf(STROKES[split]) });
      }),
    },
    figures: {
      head: ['claims at most as slow', 'launch', 'ms'],
      rows: points.map(({ nines, split, ms }) => [percent(nines), split, number(ms)]),
    },
  };
}

/** 2 nines -> `99 %`. */
function percent(nines: number): string {
  const digits = Math.max(0, Math.ceil(nines) - 2);
  return `${Number((100 * (1 - 10 ** -nines)).toFixed(digits + 1))} %`;
}

/** The stages of a claim's life, from the median to the 99th percentile; null where nothing was measured. */
export function breakdownChart(report: Pick<RunReport, 'latency' | 'controllerHistogram'>): Chart | null {
  const rows = shortLatencyRows(report)
    .filter(({ what }) => what.startsWith('sent →') || what.includes('bound →') || what.includes('exec'))
    .map((row) => ({
      ...row,
      name: `${row.what}, ${row.launch}`,
      low: Math.max(row.p50Ms, 0.01),
      high: Math.max(row.p99Ms, 0.01),
    }));
  if (rows.length === 0) return null;
  const colourOf = ({ launch }: { launch: string }) => STROKES[launch as Split].colour; // the controller's own are left out above
  return {
    title: 'Stages of a claim',
    caption:
      'From the median (the dot) to the 99th percentile (the end of the line) of each stage, on a scale of powers of ten.',
    strokes: [],
    plot: {
      height: 64 + 26 * rows.length,
      marginLeft: 190,
      x: { type: 'log', label: 'milliseconds', grid: true, tickFormat: ',~f' },
      y: { label: null, domain: rows.map(({ name }) => name) },
      marks: [
        Plot.ruleY(rows, {
          y: 'name',
          x1: 'low',
          x2: 'high',
          stroke: colourOf,
          strokeWidth: 5,
          strokeOpacity: 0.5,
        }),
        Plot.dot(rows, { y: 'name', x: 'low', fill: colourOf, r: 5 }),
      ],
      color: { type: 'identity' },
    },
    figures: {
      head: ['stage', 'count', 'p50 ms', 'p99 ms'],
      rows: rows.map((row) => [row.name, count(row.count), number(row.p50Ms), number(row.p99Ms)]),
    },
  };
}
