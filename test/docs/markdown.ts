/** A fenced block of a page. */
export interface CodeBlock {
  language: string;
  text: string;
}

/** The part of a page below a heading, up to the next of its level. */
export function sectionOf(page: string, heading: string): string {
  const lines = page.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`no "${heading}"`);
  const level = `${heading.split(' ')[0]} `;
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith(level));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

export function codeBlocks(page: string): CodeBlock[] {
  return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** Targets of links that lead to a file of the project, without their anchors. */
export function localLinks(page: string): string[] {
  return [...page.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

/** The first two cells of each row of the tables of a page that are a number at `column`. */
export function rowsWithNumber(page: string, column: number): string[][] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    .filter((cells) => /^\d+$/.test(cells[column] ?? ''));
}
