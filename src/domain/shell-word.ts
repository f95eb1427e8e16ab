/** Text as one word of a shell's command line, for commands that people copy. */
export function shellWord(text: string): string {
  return /^[\w.:/@+-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
