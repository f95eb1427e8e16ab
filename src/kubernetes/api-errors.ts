import {
  ConflictError,
  PermissionDeniedError,
  QuotaExceededError,
  ThrottledError,
  TimedOutError,
  UnavailableError,
  UnworkableError,
} from '../domain/errors.ts';
import type { SandtideError } from '../domain/errors.ts';
import { formatDuration } from '../domain/durations.ts';

/** The name is taken, perhaps by our own first try whose answer was lost: read the object and compare its owner. */
export class AlreadyExistsError extends ConflictError {}

/** No such object, namespace, kind or path. Only calls that can't treat absence as success throw it. */
export class NotFoundError extends UnworkableError {}

/** The version to watch from is gone, or not known (yet): list again. */
export class ExpiredError extends UnavailableError {}

/** What was asked, for messages: `create`, `Pod team-a/web-1`. */
export interface Asked {
  verb: string;
  object: string;
}

/** The parts of an API server's answer that tell failures apart. */
export interface ApiFailure {
  /** HTTP status code. */
  status: number;
  /** `AlreadyExists`, `Expired`; empty where the answer was no Kubernetes Status. */
  reason: string;
  message: string;
  /** Reasons of the causes in the Status' details. */
  causes: string[];
}

interface StatusBody {
  reason?: string;
  message?: string;
  details?: { causes?: { reason?: string }[] };
}

/** Reads the body of a failed answer: a Status object, or whatever text a proxy put in its place. */
export function readFailure(status: number, text: string): ApiFailure {
  let body: StatusBody | null = null;
  try {
    body = JSON.parse(text) as StatusBody | null;
  } catch {
    // A proxy's HTML page, or nothing.
  }
  const causes = Array.isArray(body?.details?.causes) ? body.details.causes : [];
  const plain = text.replace(/\s+/g, ' ').trim().slice(0, 200);
  const message = typeof body?.message === 'string' ? body.message : plain === '' ? `HTTP ${status}` : plain;
  return {
    status,
    reason: typeof body?.reason === 'string' ? body.reason : '',
    message: withoutTokens(message),
    causes: causes.flatMap((cause) => (typeof cause?.reason === 'string' ? [cause.reason] : [])),
  };
}

/** Some proxies show the request that they refuse, headers and all. */
function withoutTokens(message: string): string {
  return message.replace(/\b(bearer|basic)\s+\S+/gi, '$1 [redacted]');
}

/** The error for an answer that is not a success and is not retried (any longer). */
export function apiError(
  asked: Asked,
  failure: ApiFailure,
  tries: { attempts: number; retryAfterMs: number },
): SandtideError {
  const { object, verb } = asked;
  const what = `${verb} failed with HTTP ${failure.status}: ${failure.message}`;
  const told = { object, what };
  if (failure.status === 410 || failure.causes.includes('ResourceVersionTooLarge')) {
    return new ExpiredError({ ...told, next: 'list again' });
  }
  switch (failure.status) {
    case 401:
      return new PermissionDeniedError({ ...told, next: 'renew the credentials in the kubeconfig' });
    case 403:
      return forbidden(told, failure);
    case 404:
      return new NotFoundError({
        ...told,
        next: 'check that it, its namespace and its kind exist in this cluster',
      });
    case 409:
      return failure.reason === 'AlreadyExists'
        ? new AlreadyExistsError({ ...told, next: 'compare its owner label before touching it' })
        : new ConflictError({
            ...told,
            next: 'read the object again: it has changed, or is not the one that was meant',
          });
    case 429:
      return new ThrottledError({
        object,
        what: `${what} (${tries.attempts} tries)`,
        next: 'try again later or at a lower rate',
        retryAfterMs: tries.retryAfterMs,
      });
    default:
      if (failure.status >= 500) {
        return new UnavailableError({
          object,
          what: `${what} (${tries.attempts} tries)`,
          next: 'try again when the API server is healthy',
        });
      }
      return new UnworkableError({ ...told, next: 'correct the request: it can never work as it stands' });
  }
}

/** 403 is also how admission says that a quota is used up or that the namespace is on its way out. */
function forbidden(told: { object: string; what: string }, failure: ApiFailure): SandtideError {
  if (failure.causes.includes('NamespaceTerminating')) {
    return new UnavailableError({ ...told, next: 'try again when the namespace is gone' });
  }
  if (failure.message.includes('exceeded quota')) {
    return new QuotaExceededError({ ...told, next: 'raise the ResourceQuota or ask for less' });
  }
  return new PermissionDeniedError({ ...told, next: 'grant the kubeconfig user this verb on this resource' });
}

/** The error for a call that never got a whole answer. */
export function networkError(asked: Asked, error: unknown, attempts: number): SandtideError {
  const code = errorCode(error);
  const detail = code === '' ? (error instanceof Error ? error.message : String(error)) : code;
  if (isTrustFailure(code)) {
    return new UnworkableError({
      object: asked.object,
      what: `${asked.verb} failed: the server's certificate is not trusted (${code})`,
      next: 'correct certificate-authority-data or the server address in the kubeconfig',
    });
  }
  return new UnavailableError({
    object: asked.object,
    what: `${asked.verb} failed: no answer from the API server (${detail}, ${attempts} tries)`,
    next: 'check that the cluster is up and in reach, then try again',
    cause: error,
  });
}

/** The error for an attempt whose deadline passed. */
export function deadlineError(asked: Asked, timeoutMs: number): TimedOutError {
  return new TimedOutError({
    object: asked.object,
    what: `${asked.verb} got no whole answer within ${formatDuration(timeoutMs)}`,
    next: 'check that the API server is healthy, then try again',
  });
}

/** `ECONNRESET`, `UND_ERR_SOCKET`, ...; empty where the error has none. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

const NOTHING_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** True where the request can't have reached the server, so that repeating it is safe for any verb. */
export function nothingWasSent(error: unknown): boolean {
  return NOTHING_SENT.has(errorCode(error));
}

/** Codes of OpenSSL and Node for a certificate that will be no better on the next try. */
export function isTrustFailure(code: string): boolean {
  return /^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code);
}
