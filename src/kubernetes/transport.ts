import type { Dispatcher } from 'undici';
import { SandtideError, UnavailableError } from '../domain/errors.ts';
import { apiError, deadlineError, isTrustFailure, errorCode } from './api-errors.ts';
import { networkError, nothingWasSent, readFailure } from './api-errors.ts';
import type { Asked } from './api-errors.ts';
import { parseRetryAfter, waitAfterFailure } from './backoff.ts';
import type { Patience } from './backoff.ts';
import { openConnections } from './connections.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { CallCounter } from './call-counter.ts';
import type { CallCounts } from './kube-client.ts';
import { limitCall } from './call-limit.ts';
import type { LimitReached } from './call-limit.ts';
import { pause, startDeadline } from './deadline.ts';
import { exchange } from './exchange.ts';
import { streamExchange } from './stream-exchange.ts';
import type { StreamEnd, StreamListener } from './stream-exchange.ts';

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
  /**
   * One try, without a deadline: a successful answer as it comes in. For watches. Resolves when the server ends it;
   * throws domain errors, the signal's reason, or what the listener threw.
   */
  stream(call: Call, listener: StreamListener, signal: AbortSignal): Promise<void>;
  readonly connectionsOpened: number;
  calls(): CallCounts;
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
/** Never seen by a caller: the limit that was reached is told instead. */
const ABANDONED = new DOMException('the call is not waited for any longer', 'AbortError');

type Outcome =
  | { kind: 'answered'; status: number; text: string; retryAfterMs: number | null }
  | { kind: 'broken'; error: unknown };

/** Requests over two small sets of kept-alive connections, with deadlines and retries. */
export function openTransport(credentials: CredentialSource, tuning: TransportTuning): Transport {
  const calls = openConnections(credentials.proxyUrl, tuning.callConnections);
  const watches = openConnections(credentials.proxyUrl, tuning.watchConnections);
  const closing = new AbortController();
  const counter = new CallCounter(tuning.callConnections);

  function optionsOf(call: Call, headers: Credentials['headers']): Dispatcher.DispatchOptions {
    return {
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
    };
  }

  /** Throws on abort, deadline and unusable credentials; what is left may be worth another try. */
  async function tryOnce(call: Call, limits: Limits): Promise<Outcome> {
    const timeoutMs = limits.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    let reached: LimitReached | null = null;
    let begun = false;
    let abandon: (() => void) | null = null;
    const release = limitCall(timeoutMs, limits.signal, (why) => {
      reached = why;
      abandon?.();
    });
    try {
      const known = credentials.known() ?? (await slowCredentials(timeoutMs, limits.signal));
      const { tls, tlsKey, headers } = known;
      counter.begun();
      begun = true;
      const under = exchange(calls.dispatcher(tls, tlsKey), optionsOf(call, headers));
      abandon = () => under.abandon(ABANDONED);
      if (reached !== null) abandon();
      const { status, text, retryAfter, priorityLevel } = await under.answer;
      counter.answered(status, priorityLevel);
      return { kind: 'answered', status, text, retryAfterMs: parseRetryAfter(retryAfter, Date.now()) };
    } catch (error) {
      limits.signal?.throwIfAborted();
      if (reached === 'deadline') throw deadlineError(call, timeoutMs);
      if (error instanceof SandtideError) throw error;
      return { kind: 'broken', error };
    } finally {
      if (begun) counter.over();
      release();
    }
  }

  /** Seldom: the first call, and one in some seconds where a plugin or a file has to be asked. */
  async function slowCredentials(timeoutMs: number, caller?: AbortSignal): Promise<Credentials> {
    const deadline = startDeadline(timeoutMs, caller);
    try {
      return await credentials.current(deadline.signal);
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
    async stream(call, listener, signal) {
      assertOpen(call);
      let end: StreamEnd;
      let thrown: { error: unknown } | null = null;
      const kept: StreamListener = {
        onOpen: () => listener.onOpen(),
        onChunk(chunk) {
          try {
            listener.onChunk(chunk);
          } catch (error) {
            thrown = { error };
            throw error;
          }
        },
      };
      try {
        const { tls, tlsKey, headers } = credentials.known() ?? (await credentials.current(signal));
        const dispatcher = watches.dispatcher(tls, tlsKey);
        end = await streamExchange(dispatcher, optionsOf(call, headers), kept, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (thrown !== null || error instanceof SandtideError) throw error;
        throw networkError(call, error, 1);
      }
      if (end.status === 200) return;
      if (end.status === 401) credentials.renew();
      const retryAfterMs = parseRetryAfter(end.retryAfter, Date.now()) ?? 1_000;
      throw apiError(call, readFailure(end.status, end.text), { attempts: 1, retryAfterMs });
    },
    get connectionsOpened() {
      return calls.opened + watches.opened;
    },
    calls: () => counter.counts(),
    closed: closing.signal,
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new DOMException('the client is closed', 'AbortError'));
      // Every call has been abandoned by now; one that still waits for a connection would hold a gentle end up for as long.
      await Promise.all([calls.destroy(), watches.destroy()]);
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
