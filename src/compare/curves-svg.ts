import { figure } from '../report/figures.ts';

const WIDTH = 460;
const HEIGHT = 240;
const LEFT = 36;
const BOTTOM = 24;

/** Two distributions as curves: percentiles upwards, milliseconds to the right on a logarithmic scale. */
export function curvesSvg({ a, b }: { a: number[]; b: number[] }): string {
  const all = [...a, ...b].filter((ms) => ms > 0);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const span = Math.log(most / least) || 1;
  const x = (ms: number): number =>
    LEFT + (Math.log(Math.max(ms, least) / least) / span) * (WIDTH - LEFT - 10);
  const y = (percent: number): number => 10 + (1 - percent / 100) * (HEIGHT - BOTTOM - 10);
  const path = (values: number[]): string =>
    values.map((ms, percent) => `${x(ms).toFixed(1)},${y(percent).toFixed(1)}`).join(' ');
  const text = (left: number, top: number, said: string, anchor: string): string =>
    `<text x="${left.toFixed(1)}" y="${top.toFixed(1)}" font-size="11" text-anchor="${anchor}">${said}</text>`;
  const levels = [0, 50, 90, 99].map(
    (percent) =>
      `<line x1="${LEFT}" x2="${WIDTH - 10}" y1="${y(percent).toFixed(1)}" y2="${y(percent).toFixed(1)}" stroke="#d8dee4"/>` +
      text(LEFT - 4, y(percent) + 4, `p${percent}`, 'end'),
  );
  const ends = [least, Math.sqrt(least * most), most].map((ms, index) =>
    text(x(ms), HEIGHT - 8, `${figure(ms)} ms`, ['start', 'middle', 'end'][index] ?? 'middle'),
  );
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">` +
    `${levels.join('')}${ends.join('')}<polyline class="a" points="${path(a)}"/><polyline class="b" points="${path(b)}"/></svg>`
  );
}
