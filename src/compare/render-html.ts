import type { ComparedMetric, Comparison } from './comparison.ts';
import { cells, HEAD, legend, sentences } from './comparison-words.ts';
import { curvesSvg } from './curves-svg.ts';

/** A comparison as one HTML file that asks nothing of a network: no script, no font, no picture from elsewhere. */
export function renderComparisonHtml(comparison: Comparison): string {
  const title = `${comparison.a.runs.join(', ')} and ${comparison.b.runs.join(', ')}: ${comparison.verdict}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>B against A: <span class="${classOf(comparison.verdict)}">${escaped(comparison.verdict)}</span></h1>
<dl>${sentences(comparison)
    .map(
      ({ title, lines }) =>
        `<dt>${escaped(title)}</dt>${lines.map((line) => `<dd>${escaped(line)}</dd>`).join('')}`,
    )
    .join('\n')}</dl>
${comparison.metrics.map(drawing).join('\n')}
<table>
<thead><tr>${HEAD.map((text) => `<th>${escaped(text)}</th>`).join('')}</tr></thead>
<tbody>
${comparison.metrics.map(line).join('\n')}
</tbody>
</table>
<p>${escaped(legend(comparison))}</p>
</body>
</html>
`;
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1b1f24; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #d8dee4; white-space: nowrap; }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
dt { font-weight: 600; margin-top: .4rem; } dd { margin: 0 0 0 1.5rem; }
figure { display: inline-block; margin: 1rem 2rem 1rem 0; }
.a { stroke: #57606a; } .b { stroke: #0969da; } polyline { fill: none; stroke-width: 2; }
.worse { color: #cf222e; } .better { color: #1a7f37; } .mixed { color: #9a6700; }
`;

function line(metric: ComparedMetric): string {
  const texts = cells(metric);
  return `<tr title="${escaped(metric.because)}">${texts
    .map((text, index) =>
      index === texts.length - 1
        ? `<td class="${classOf(text)}">${escaped(text)}</td>`
        : `<td>${escaped(text)}</td>`,
    )
    .join('')}</tr>`;
}

function drawing({ metric, curves }: ComparedMetric): string {
  if (curves === null) return '';
  return `<figure>${curvesSvg(curves)}<figcaption>${escaped(metric)}: percentiles by milliseconds, A grey, B blue</figcaption></figure>`;
}

const classOf = (verdict: string): string => verdict.replaceAll(' ', '-');

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
