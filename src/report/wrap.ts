const NO_BREAK = '\u00A0';

/** Text in lines of at most `width`, broken at spaces, but not between a figure and its unit; longer words are broken inside. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replace(/(?<=\d) (?=(?:%|ms|s)(?:\W|$))/g, NO_BREAK).split(' ')) {
    if (line !== '' && line.length + 1 + word.length <= width) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    let rest = word;
    while (rest.length > width) {
      lines.push(rest.slice(0, width));
      rest = rest.slice(width);
    }
    line = rest;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines.map((whole) => whole.replaceAll(NO_BREAK, ' '));
}

/** Items in a row, for `wrap`: lines break between them, not inside one. */
export function row(items: readonly string[]): string {
  return items.map((item) => item.replaceAll(' ', NO_BREAK)).join(', ');
}

/** Text cut to one line of `width`, with an ellipsis where something is missing. */
export function clip(text: string, width: number): string {
  if (text.length <= width) return text;
  return width <= 0 ? '' : `${text.slice(0, width - 1)}…`;
}
