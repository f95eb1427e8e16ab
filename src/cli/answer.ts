import type { OutputStream } from './tool-progress.ts';

/** What a command was told, for people as a sentence, for programs as a document with the run's name. */
export function printAnswer(
  form: 'text' | 'json',
  answer: { runName: string; message: string },
  text: string,
  out: OutputStream = process.stdout,
): void {
  out.write(form === 'json' ? `${JSON.stringify(answer, null, 2)}\n` : `${text}\n`);
}
