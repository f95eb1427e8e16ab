import { SandtideError, TemporalUnreachableError } from '../domain/errors.ts';
import { EXIT_BAD_INPUT, EXIT_CODES, EXIT_TEMPORAL_UNREACHABLE } from '../domain/outcomes.ts';
import { Interrupted } from './interrupts.ts';

/** One clear message and the exit code; a stack only where the error is our own bug. */
export function endWithError(error: unknown): void {
  if (error instanceof SandtideError || error instanceof Interrupted)
    process.stderr.write(`sandtide: ${error.message}\n`);
  else
    process.stderr.write(
      `sandtide: unexpected error\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  process.exitCode = exitCodeFor(error);
}

function exitCodeFor(error: unknown): number {
  if (error instanceof TemporalUnreachableError) return EXIT_TEMPORAL_UNREACHABLE;
  if (error instanceof Interrupted) return EXIT_CODES.cancelled;
  return EXIT_BAD_INPUT;
}
