import type { WriteStream } from 'node:tty';
import { EXIT_BAD_INPUT, EXIT_CODES } from '../domain/outcomes.ts';
import { renderTerminal } from '../report/terminal.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import type { AttendedEnd } from './attend-run.ts';
import { wantsColour } from './colour.ts';

/** Prints how a run ended, its report in the form asked for, and gives the exit code for it. */
export function exitCodeOf(end: AttendedEnd, stream: WriteStream, form: OutputForm = 'text'): number {
  switch (end.kind) {
    case 'reported':
      print(
        form,
        end.report,
        renderTerminal(end.report, { colour: wantsColour(stream), width: stream.columns ?? 80 }),
        stream,
      );
      return EXIT_CODES[end.outcome];
    case 'unreported':
      process.stderr.write(`${end.message}\n`);
      return EXIT_CODES[end.outcome];
    case 'invalid-spec':
      process.stderr.write(`${end.message}\n`);
      return EXIT_BAD_INPUT;
    case 'guarded':
      process.stderr.write(`${end.message}\n`);
      return EXIT_CODES.failed;
    case 'lost':
      process.stderr.write(`${end.message}\n`);
      return EXIT_CODES['cleanup-incomplete'];
    case 'detached':
      process.stderr.write(
        `left run ${end.runName} going; come back with \`sandtide status ${end.runName}\`\n`,
      );
      return 0;
  }
}
