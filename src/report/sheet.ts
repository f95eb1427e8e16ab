import type { Paint, Style } from './paint.ts';
import { wrap } from './wrap.ts';

/** What a print for the terminal is written on. */
export interface Sheet {
  paint: Paint;
  width: number;
}

/** Where the words of a section begin that stand beside their heading. */
export const INDENT = 12;

/** A heading in the margin, and its text beside it in as many lines as it takes. */
export function paragraph(about: string, text: string, { paint, width }: Sheet, style?: Style): string[] {
  return wrap(text, width - INDENT).map((line, index) => {
    const margin = (index === 0 ? about : '').padEnd(INDENT);
    return `${paint('dim', margin)}${style === undefined ? line : paint(style, line)}`.trimEnd();
  });
}
