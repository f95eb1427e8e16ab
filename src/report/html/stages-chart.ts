import * as Plot from '@observablehq/plot';
import { span } from '../figures.ts';
import type { RunReport } from '../report.ts';
import type { Chart } from './chart.ts';

/** When each step was begun and how long it took; null where none was. */
export function stagesChart({
  steps,
  failure,
  startedAt,
  endedAt,
}: Pick<RunReport, 'steps' | 'failure' | 'startedAt' | 'endedAt'>): Chart | null {
  const zero = Date.parse(startedAt);
  const bars = steps.flatMap(({ id, startedAt: begun, durationSeconds }) => {
    if (begun === null || durationSeconds === null) return [];
    const from = (Date.parse(begun) - zero) / 1000;
    return [{ id, from, to: from + durationSeconds, took: durationSeconds, failed: failure?.step === id }];
  });
  if (bars.length === 0) return null;
  const whole = (Date.parse(endedAt) - zero) / 1000;
  const last = Math.max(...bars.map(({ to }) => to));
  const rows = [
    ...bars,
    ...(whole > last ? [{ id: 'teardown', from: last, to: whole, took: whole - last, failed: false }] : []),
  ];
  /** How long it took: inside of a bar that has room for it, behind any other. */
  const tookLabel = (inside: boolean) =>
    Plot.text(rows, {
      y: 'id',
      x: 'to',
      text: ({ took }: (typeof rows)[number]) => span(took),
      textAnchor: inside ? 'end' : 'start',
      dx: inside ? -4 : 4,
      fill: inside ? 'var(--ground)' : 'currentColor',
      filter: ({ took }: (typeof rows)[number]) => took > whole / 8 === inside,
    });
  return {
    title: 'When each step ran',
    caption: `The whole run took ${span(whole)}. What comes after the last step is the teardown, and writing this down.`,
    strokes: [],
    plot: {
      height: 64 + 26 * rows.length,
      marginLeft: 110,
      marginRight: 64, // a short last bar has its time beside it
      x: { label: 'seconds since the run began', domain: [0, whole], grid: true },
      y: { label: null, domain: rows.map(({ id }) => id), padding: 0.3 },
      color: { type: 'identity' },
      marks: [
        Plot.barX(rows, {
          y: 'id',
          x1: 'from',
          x2: 'to',
          fill: ({ id, failed }: (typeof rows)[number]) =>
            failed ? 'var(--bad)' : id === 'teardown' ? 'var(--due)' : 'var(--cold)',
        }),
        tookLabel(true),
        tookLabel(false),
      ],
    },
    figures: {
      head: ['step', 'begun at', 'took'],
      rows: rows.map(({ id, from, took }) => [id, span(from), span(took)]),
    },
  };
}
