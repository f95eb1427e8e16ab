import type { Dispatcher } from 'undici';

/** Who is told of an answer as it comes in. Both are called at once, without a stream in between. */
export interface StreamListener {
  /** The answer's head is there, and it is a success. */
  onOpen(): void;
  /** What it throws ends the request and is thrown by whoever waits for its end. */
  onChunk(chunk: Buffer): void;
}

/** How a streamed request ended in an orderly way: a success to its end, or a refusal with its whole text. */
export interface StreamEnd {
  status: number;
  retryAfter: string | undefined;
  /** Of a refusal; empty after a success. */
  text: string;
}

/**
 * Sends one request whose answer is told piece by piece. Resolves at its end; rejects with what broke it, with the
 * signal's reason, or with what the listener threw.
 */
export function streamExchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<StreamEnd> {
  return new Promise((resolve, reject) => {
    const end: StreamEnd = { status: 0, retryAfter: undefined, text: '' };
    const refusal: Buffer[] = [];
    let controller: Dispatcher.DispatchController | null = null;
    let over = false;

    function fail(error: unknown): void {
      if (over) return;
      over = true;
      signal.removeEventListener('abort', onAbort);
      reject(error);
      controller?.abort(error instanceof Error ? error : new DOMException(String(error), 'AbortError'));
    }
    const onAbort = (): void => fail(signal.reason);

    function told(tell: () => void): void {
      if (over) return;
      try {
        tell();
      } catch (error) {
        fail(error);
      }
    }

    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
      return;
    }
    dispatcher.dispatch(options, {
      onRequestStart(started) {
        controller = started;
        // It waited for a connection while it was given up.
        if (over) started.abort(new DOMException('the request is given up', 'AbortError'));
      },
      onResponseStart(_, status, headers) {
        if (status < 200) return;
        end.status = status;
        const retryAfter = headers['retry-after'];
        end.retryAfter = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter;
        if (status === 200) told(() => listener.onOpen());
      },
      onResponseData(_, chunk) {
        if (end.status === 200) told(() => listener.onChunk(chunk));
        else refusal.push(chunk);
      },
      onResponseEnd() {
        if (over) return;
        over = true;
        signal.removeEventListener('abort', onAbort);
        end.text = Buffer.concat(refusal).toString('utf8');
        resolve(end);
      },
      onResponseError: (_, error) => fail(error),
    });
  });
}
