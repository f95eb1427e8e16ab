import * as Plot from '@observablehq/plot';
import { document, h, table } from './markup.ts';
import type { MarkupElement } from './markup.ts';

/** One line of a chart, or one kind of mark in it. */
export interface Stroke {
  name: string;
  /** A CSS colour; the page's own by `var(--ready)`. */
  colour: string;
  /** SVG's dash pattern; null for a whole line. */
  dashes: string | null;
}

export interface Chart {
  /** What is shown, in a few words: the chart's name. */
  title: string;
  /** What one sees in it, for those who don't see it; and what to mind. */
  caption: string;
  plot: Plot.PlotOptions;
  strokes: readonly Stroke[];
  /** The figures behind it. */
  figures: { head: readonly string[]; rows: readonly (readonly string[])[] };
}

/** How a line is drawn, as Plot's options. */
export function lineOf({ colour, dashes }: Stroke) {
  const dashed = dashes === null ? {} : { strokeDasharray: dashes };
  return { stroke: colour, strokeWidth: 2, ...dashed };
}

const WIDTH = 720;

/** A chart with its name, its key, what it says in words, and the figures behind it. */
export function figure({ title, caption, plot, strokes, figures }: Chart): MarkupElement {
  const drawn: MarkupElement = Plot.plot({
    document: document as never, // any DOM will do; the library's types want a browser's
    width: WIDTH,
    height: 240,
    marginLeft: 60,
    marginBottom: 44, // the axis' label is below its figures, not among them
    style: { fontSize: '12px', background: 'transparent', overflow: 'visible' },
    ...plot,
  });
  // The whole has a name; names of its groups, which have no role, mean nothing to a screen reader.
  for (const group of drawn.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label');
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', `${title}. ${caption}`);
  return h(
    'figure',
    {},
    h('h3', {}, title),
    strokes.length > 1 ? h('ul', { class: 'key' }, strokes.map(keyOf)) : null,
    h('div', { class: 'scroll chart', tabindex: '0' }, drawn),
    h('figcaption', {}, caption),
    h(
      'details',
      {},
      h('summary', {}, 'The figures'),
      table(figures.head, figures.rows, figures.head.map((_, at) => at).slice(1)),
    ),
  );
}

function keyOf({ name, colour, dashes }: Stroke): MarkupElement {
  const sample = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [key, value] of Object.entries({ width: '28', height: '8', 'aria-hidden': 'true' }))
    sample.setAttribute(key, value);
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', 'M0 4H28');
  line.setAttribute('style', `stroke: ${colour}; stroke-width: 2.5`);
  if (dashes !== null) line.setAttribute('stroke-dasharray', dashes);
  sample.append(line);
  return h('li', {}, sample, name);
}
