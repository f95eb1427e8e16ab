import Table from 'cli-table3';

/** A table of plain cells. */
export interface Columns {
  head: string[];
  /** `right` for figures. */
  align: ('left' | 'right')[];
  rows: string[][];
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Lines of the table, head first, without rules: columns two spaces apart. Cells may carry styles. */
export function columns({ head, align, rows }: Columns): string[] {
  const table = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: align,
  });
  table.push(head, ...rows);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
