import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { SpecProblem } from '../src/domain/errors.ts';
import { InvalidSpecError, SandtideError, ThrottledError } from '../src/domain/errors.ts';
import { scrub } from './scrub.ts';

/** What no repetition mends. Quota and permissions may be mended by a person: that is what a hold is for. */
const NEVER_RETRIED: ReadonlySet<SandtideError['kind']> = new Set([
  'InvalidSpec',
  'QuotaExceeded',
  'PermissionDenied',
  'Conflict',
  'Unworkable',
  'Reset', // the workflow itself enters the new execution
]);

/** A failure goes into history at every level that passes it on; a hostile spec must not fill it. */
const MOST_PROBLEMS = 200;
const MOST_CHARACTERS = 20_000;

/**
 * The only place where errors become Temporal failures: type is the error's kind, retried or not by it. A cancelled
 * activity's own reason goes through untouched; what we do not know is retried under its own name.
 */
export function toFailure(error: unknown): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  if (!(error instanceof SandtideError)) return unknownFailure(error);
  return ApplicationFailure.create({
    type: error.kind,
    message: readable(error.message),
    nonRetryable: NEVER_RETRIED.has(error.kind),
    ...(error instanceof InvalidSpecError ? { details: [bounded(error.problems)] } : {}),
    ...(error instanceof ThrottledError ? { nextRetryDelay: error.retryAfterMs } : {}),
  });
}

/** With the messages of its causes: "fetch failed" alone helps nobody. */
function unknownFailure(error: unknown): ApplicationFailure {
  const messages: string[] = [];
  let cause = error;
  for (; cause instanceof Error && messages.length < 4; cause = cause.cause) messages.push(cause.message);
  if (typeof cause === 'string') messages.push(cause);
  const failure = ApplicationFailure.create({
    type: error instanceof Error ? error.name : 'Error',
    message: readable(messages.join(': ')) || 'something was thrown that says nothing',
    nonRetryable: false,
  });
  if (error instanceof Error && error.stack !== undefined) failure.stack = readable(error.stack);
  return failure;
}

function readable(text: string): string {
  const clean = scrub(text);
  return clean.length <= MOST_CHARACTERS
    ? clean
    : `${clean.slice(0, MOST_CHARACTERS)}… (${clean.length - MOST_CHARACTERS} more characters)`;
}

function bounded(problems: SpecProblem[]): SpecProblem[] {
  if (problems.length <= MOST_PROBLEMS) return problems;
  const more = problems.length - MOST_PROBLEMS;
  return [...problems.slice(0, MOST_PROBLEMS), { path: '', message: `and ${more} more problems` }];
}
