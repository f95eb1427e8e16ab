import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { SandtideError, UnavailableError } from '../domain/errors.ts';
import { apiError, deadlineError, isTrustFailure, errorCode } from './api-errors.ts';
import { networkError, nothingWasSent, readFailure } from './api-errors.ts';
import type { Asked } from './api-errors.ts';
import { parseRetryAfter, waitAfterFailure } from './backoff.ts';
import type { Patience } from './backoff.ts';
import { openConnections } from './connections.ts';
import type { Connections } from './connections.ts';
import type { CredentialSource } from './credentials.ts';
import { pause, startDeadline } from './deadline.ts';

/** One request of the Kubernetes API. */
export interface Call extends Asked {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query. */
  path: string;
  /** Media type that is asked for; JSON unless set. */
  accept?: string;
  body?: { type: string; text: string };
  /** May be sent again though a first try may have reached the server. */
  repeatable: boolean;
}

export interface Limits {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

export interface Transport {
  /** The whole body of a successful answer. Repeats what may be repeated; throws domain errors or the signal's reason. */
  send(call: Call, limits: Limits): Promise<string>;
  /** One try, without a deadline: the body of a successful answer as it comes in. For watches. */
  stream(call: Call, signal: AbortSignal): Promise<Readable>;
  readonly connectionsOpened: number;
  /** Aborted by `close()`. */
  readonly closed: AbortSignal;
  close(): Promise<void>;
}

export interface TransportTuning {
  patience: Patience;
  /** Most connections open at a time for calls, and for watches, which each hold one. */
  callConnections: number;
  watchConnections: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;

type Outcome =
  | { kind: 'answered'; status: number; text: string; retryAfterMs: number | null }
  | { kind: 'broken'; error: unknown };

/** Requests over two small sets of kept-alive connections, with deadlines and retries. */
export function openTransport(credentials: CredentialSource, tuning: TransportTuning): Transport {
  const calls = openConnections(credentials.proxyUrl, tuning.callConnections);
  const watches = openConnections(credentials.proxyUrl, tuning.watchConnections);
  const closing = new AbortController();

  async function request(
    call: Call,
    over: Connections,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { tls, tlsKey, headers } = await credentials.current(signal);
    return over.dispatcher(tls, tlsKey).request({
      origin: credentials.origin,
      path: credentials.pathPrefix + call.path,
      method: call.method,
      headers: {
        accept: call.accept ?? 'application/json',
        'user-agent': 'sandtide',
        ...(call.body === undefined ? {} : { 'content-type': call.body.type }),
        ...headers,
      },
      body: call.body?.text ?? null,
      // Without it undici ends the connection after each DELETE with a body, which is every one that names a uid.
      reset: false,
      signal,
    });
  }

  /** Throws on abort, deadline and unusable credentials; what is left may be worth another try. */
  async function tryOnce(call: Call, limits: Limits): Promise<Outcome> {
    const timeoutMs = limits.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const deadline = startDeadline(timeoutMs, limits.signal);
    try {
      const answer = await request(call, calls, deadline.signal);
      const retryAfterMs = parseRetryAfter(single(answer.headers['retry-after']), Date.now());
      return { kind: 'answered', status: answer.statusCode, text: await answer.body.text(), retryAfterMs };
    } catch (error) {
      limits.signal?.throwIfAborted();
      if (deadline.expired()) throw deadlineError(call, timeoutMs);
      if (error instanceof SandtideError) throw error;
      return { kind: 'broken', error };
    } finally {
      deadline.release();
    }
  }

  function assertOpen(call: Call): void {
    if (!closing.signal.aborted) return;
    throw new UnavailableError({
      object: call.object,
      what: `${call.verb} was not sent: the client is closed`,
      next: 'connect again',
    });
  }

  return {
    async send(call, limits) {
      let renewed = false;
      for (let attempts = 1; ; attempts++) {
        limits.signal?.throwIfAborted();
        assertOpen(call);
        const outcome = await tryOnce(call, limits);
        if (outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300) return outcome.text;
        if (outcome.kind === 'answered' && outcome.status === 401 && !renewed && credentials.renew()) {
          renewed = true;
          continue;
        }
        if (attempts >= tuning.patience.attempts || !worthAnotherTry(call, outcome)) {
          throw errorOf(call, outcome, attempts);
        }
        const asked = outcome.kind === 'answered' ? outcome.retryAfterMs : null;
        await pause(waitAfterFailure(attempts, asked, Math.random(), tuning.patience), limits.signal);
      }
    },
    async stream(call, signal) {
      assertOpen(call);
      let answer: Dispatcher.ResponseData;
      let failureText: string;
      try {
        answer = await request(call, watches, signal);
        if (answer.statusCode === 200) return answer.body;
        failureText = await answer.body.text();
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof SandtideError) throw error;
        throw networkError(call, error, 1);
      }
      if (answer.statusCode === 401) credentials.renew();
      const retryAfterMs = parseRetryAfter(single(answer.headers['retry-after']), Date.now()) ?? 1_000;
      throw apiError(call, readFailure(answer.statusCode, failureText), { attempts: 1, retryAfterMs });
    },
    get connectionsOpened() {
      return calls.opened + watches.opened;
    },
    closed: closing.signal,
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new DOMException('the client is closed', 'AbortError'));
      await Promise.all([calls.close(), watches.destroy()]);
    },
  };
}

function worthAnotherTry(call: Call, outcome: Outcome): boolean {
  if (outcome.kind === 'answered') return outcome.status === 429 || outcome.status >= 500;
  if (isTrustFailure(errorCode(outcome.error))) return false;
  return call.repeatable || nothingWasSent(outcome.error);
}

function errorOf(call: Call, outcome: Outcome, attempts: number): Error {
  if (outcome.kind === 'broken') return networkError(call, outcome.error, attempts);
  const failure = readFailure(outcome.status, outcome.text);
  return apiError(call, failure, { attempts, retryAfterMs: outcome.retryAfterMs ?? 1_000 });
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
