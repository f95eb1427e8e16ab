import type { Selector } from './promql.ts';

/** One series of a scrape. */
export interface Series {
  metric: string;
  labels: Record<string, string>;
  value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Reads Prometheus' text format. Throws at a line that is none. */
export function readScrape(text: string): Series[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, metric, labels = '', value] = LINE.exec(line) ?? [];
    if (metric === undefined) throw new Error(`no line of a scrape: ${line}`);
    const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)];
    return {
      metric,
      labels: Object.fromEntries(pairs.map(([, name = '', is = '']) => [name, is])),
      value: Number(value),
    };
  });
}

/** The series that a selector finds. */
export function select(scrape: readonly Series[], { metric, labels }: Selector): Series[] {
  return scrape.filter(
    (series) =>
      series.metric === metric && Object.entries(labels).every(([name, is]) => series.labels[name] === is),
  );
}
