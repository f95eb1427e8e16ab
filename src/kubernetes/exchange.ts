import type { Dispatcher } from 'undici';

/** A whole answer. */
export interface Answer {
  status: number;
  retryAfter: string | undefined;
  /** Uid of the priority level that the API server put the call into. */
  priorityLevel: string | undefined;
  text: string;
}

/** A request on its way. */
export interface Exchange {
  /** Rejects with what broke it, or with the reason that it was abandoned for. */
  readonly answer: Promise<Answer>;
  /** Settles the answer now; the request is taken back, also one that still waits for a connection. */
  abandon(reason: unknown): void;
}

/**
 * Sends one request and gathers its answer. By undici's handlers, not by its `request`: that one makes a stream and an
 * AbortSignal's listeners for each call, which cost a load generator a fifth of its CPU.
 */
export function exchange(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): Exchange {
  const gathering = new Gathering();
  dispatcher.dispatch(options, gathering);
  return gathering;
}

class Gathering implements Exchange, Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  readonly #settle: { resolve(answer: Answer): void; reject(error: unknown): void };
  #controller: Dispatcher.DispatchController | null = null;
  #abandoned: Error | null = null;
  #status = 0;
  #retryAfter: string | undefined;
  #priorityLevel: string | undefined;
  #chunks: Buffer[] = [];

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.answer = promise;
    this.#settle = { resolve, reject };
  }

  abandon(reason: unknown): void {
    this.#settle.reject(reason);
    this.#abandoned = reason instanceof Error ? reason : new DOMException(String(reason), 'AbortError');
    this.#controller?.abort(this.#abandoned);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abandoned !== null) controller.abort(this.#abandoned);
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#retryAfter = oneOf(headers['retry-after']);
    this.#priorityLevel = oneOf(headers['x-kubernetes-pf-prioritylevel-uid']);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only] = this.#chunks;
    const whole = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    this.#settle.resolve({
      status: this.#status,
      retryAfter: this.#retryAfter,
      priorityLevel: this.#priorityLevel,
      text: whole.toString('utf8'),
    });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#settle.reject(error);
  }
}

const oneOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
