import { columns } from '../report/columns.ts';
import { paragraph } from '../report/sheet.ts';
import type { Sheet } from '../report/sheet.ts';
import type { Comparison } from './comparison.ts';
import { cells, HEAD, legend, sentences } from './comparison-words.ts';

/** A comparison for a terminal. No trailing newline. */
export function renderComparison(comparison: Comparison, sheet: Sheet): string {
  const said = sentences(comparison).flatMap(({ title, lines }) =>
    lines.flatMap((line, index) => paragraph(index === 0 ? title : '', line, sheet)),
  );
  const table = columns({
    head: HEAD.map((text) => sheet.paint('dim', text)),
    align: HEAD.map((_, index) => (index === 0 || index === HEAD.length - 1 ? 'left' : 'right')),
    rows: comparison.metrics.map(cells),
  });
  return [...said, '', ...table, '', ...paragraph('', legend(comparison), sheet)].join('\n');
}
