import type { OutputStream } from './tool-progress.ts';

/** In which form a command answers: for people, or as one document for programs. */
export type OutputForm = 'text' | 'json';

/** What a command has to say, in the form that it was asked for. */
export function print(
  form: OutputForm,
  document: unknown,
  text: string,
  out: OutputStream = process.stdout,
): void {
  out.write(form === 'json' ? `${JSON.stringify(document, null, 2)}\n` : `${text}\n`);
}
