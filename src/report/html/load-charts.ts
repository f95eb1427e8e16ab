import * as Plot from '@observablehq/plot';
import { count, figure as number, span } from '../figures.ts';
import type { Chart, Stroke } from './chart.ts';
import { lineOf } from './chart.ts';
import type { ClaimCurves } from './claim-curves.ts';

type Bin = ClaimCurves['bins'][number];

const RATES = [
  { key: 'due', name: 'due', colour: 'var(--due)', dashes: '6 4' },
  { key: 'sent', name: 'sent', colour: 'var(--sent)', dashes: '2 3' },
  { key: 'ready', name: 'ready', colour: 'var(--ready)', dashes: null },
] as const;

/** Claims a second by what happened to them. */
export function ratesChart({ bins, binSeconds }: ClaimCurves): Chart {
  return {
    title: 'Claims a second',
    caption: `Claims that fell due, were sent and became ready, in slices of ${span(binSeconds)}. Where sent lies below due, the generator was late; where ready lies below sent, claims were waiting.`,
    strokes: RATES,
    plot: {
      x: { label: 'seconds since the first claim was due' },
      y: { label: 'claims a second', grid: true, nice: true },
      marks: [
        ...RATES.map((stroke) => stepLine(bins, (bin) => bin[stroke.key] / binSeconds, stroke)),
        Plot.ruleY([0]),
      ],
    },
    figures: {
      head: ['second', 'due', 'sent', 'ready', 'alive at its end'],
      rows: bins.map((bin) => [
        number(bin.atSeconds),
        count(bin.due),
        count(bin.sent),
        count(bin.ready),
        count(bin.live),
      ]),
    },
  };
}

/** Claims that were alive: sent, and not yet released. */
export function liveChart({ bins, binSeconds }: ClaimCurves): Chart {
  const stroke: Stroke = { name: 'alive', colour: 'var(--sent)', dashes: null };
  const most = Math.max(...bins.map(({ live }) => live));
  return {
    title: 'Claims alive',
    caption: `Claims that had been sent and not yet deleted, at the end of each slice of ${span(binSeconds)}; ${count(most)} at most.`,
    strokes: [stroke],
    plot: {
      height: 160,
      x: { label: 'seconds since the first claim was due' },
      y: { label: 'claims', grid: true, nice: true },
      marks: [
        Plot.areaY(bins, {
          x: 'atSeconds',
          y: 'live',
          curve: 'step-after',
          fill: stroke.colour,
          fillOpacity: 0.15,
        }),
        stepLine(bins, ({ live }) => live, stroke),
        Plot.ruleY([0]),
      ],
    },
    figures: {
      head: ['second', 'alive'],
      rows: bins.map(({ atSeconds, live }) => [number(atSeconds), count(live)]),
    },
  };
}

function stepLine(bins: readonly Bin[], y: (bin: Bin) => number, stroke: Stroke) {
  return Plot.lineY([...bins], { x: 'atSeconds', y, curve: 'step-after', ...lineOf(stroke) });
}
