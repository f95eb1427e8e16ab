import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { InvalidSpecError, SandtideError, ThrottledError } from '../src/domain/errors.ts';

/** What no repetition mends. Quota and permissions may be mended by a person: that is what a hold is for. */
const NEVER_RETRIED: ReadonlySet<SandtideError['kind']> = new Set([
  'InvalidSpec',
  'QuotaExceeded',
  'PermissionDenied',
  'Conflict',
  'Unworkable',
]);

/**
 * The only place where errors become Temporal failures: type is the error's kind, retried or not by it. A cancelled
 * activity's own reason goes through untouched.
 */
export function toFailure(error: unknown): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  if (!(error instanceof SandtideError)) return error instanceof Error ? error : new Error(String(error));
  return ApplicationFailure.create({
    type: error.kind,
    message: scrub(error.message),
    nonRetryable: NEVER_RETRIED.has(error.kind),
    ...(error instanceof InvalidSpecError ? { details: [error.problems] } : {}),
    ...(error instanceof ThrottledError ? { nextRetryDelay: error.retryAfterMs } : {}),
  });
}

/** Tokens, keys and certificates, by their look: a last net under messages that should hold none. */
export function scrub(text: string): string {
  return text
    .replace(/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g, '[removed: PEM]')
    .replace(/\bBearer\s+[A-Za-z0-9._~+/=-]+/gi, 'Bearer [removed]')
    .replace(/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, '[removed: token]')
    .replace(
      /\b(client-key-data|client-certificate-data|certificate-authority-data|token|password)(["']?\s*[:=]\s*["']?)[^\s"',}]+/gi,
      '$1$2[removed]',
    );
}
