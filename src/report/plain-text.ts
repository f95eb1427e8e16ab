import { stripVTControlCharacters } from 'node:util';

/**
 * Text from outside as one harmless line: no escape sequences, control characters or direction marks, with which an
 * error message could rewrite the terminal that shows it.
 */
export function plainText(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replace(/[\u202A-\u202E\u2066-\u2069]/g, '')
      // oxlint-disable-next-line no-control-regex -- they are what is looked for
      .replace(/[\s\u0000-\u001F\u007F-\u009F]+/g, ' ')
      .trim()
  );
}
