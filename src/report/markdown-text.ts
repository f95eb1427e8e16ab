/** Plain text as Markdown that says just that: nothing in it becomes a link, an emphasis, a heading or HTML. */
export function escaped(text: string): string {
  return text
    .replace(/[\\`*_[\]<>|~&]/g, (character) => `\\${character}`)
    .replace(/^([#+=-]|\d+[.)])/, '\\$1');
}

/** Text as code, in a table cell too. */
export function code(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text.replaceAll('|', '\\|')}${pad}${fence}`;
}

/** A table; cells are Markdown already. `right` lists the columns of figures. */
export function table(head: string[], rows: string[][], right: number[] = []): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (right.includes(column) ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
