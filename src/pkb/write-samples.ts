import type { PkbSample, PkbValue } from './samples.ts';

/** One sample a line, with its metadata as an object, as PerfKitBenchmarker writes them uncollapsed. */
export function samplesJsonLines(samples: readonly PkbSample[]): string {
  return samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');
}

const FIELDS = ['timestamp', 'test', 'metric', 'value', 'unit', 'run_uri'] as const;

/** A column for each field and, after those and by name, for each key of the metadata. */
export function samplesCsv(samples: readonly PkbSample[]): string {
  const keys = [...new Set(samples.flatMap(({ metadata }) => Object.keys(metadata)))].toSorted();
  const rows = samples.map((sample) => [
    ...FIELDS.map((field) => sample[field]),
    ...keys.map((key) => sample.metadata[key] ?? ''),
  ]);
  return [[...FIELDS, ...keys], ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}

/** RFC 4180; a text that a spreadsheet would take for a formula is quoted with an apostrophe before it. */
function cell(value: PkbValue): string {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
