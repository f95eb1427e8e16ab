/** One request, whichever version of HTTP brought it. */
export interface StubRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  accept: string;
  /** By client certificate or by token. */
  authenticated: boolean;
  body: string;
}

/** Where its answer goes. Exactly one of the two is called, once. */
export interface StubAnswer {
  send(status: number, json: string, headers?: Record<string, string>): void;
  stream(): StubStream;
}

/** An answer that goes on: a watch. */
export interface StubStream {
  write(text: string): void;
  /** The orderly end, as when the time is over. */
  end(): void;
  /** As if the network had broken. */
  cut(): void;
  onClosed(listener: () => void): void;
}

export type StubHandler = (request: StubRequest, answer: StubAnswer) => void;

/** Path and query apart. */
export function splitTarget(target: string): Pick<StubRequest, 'path' | 'query'> {
  const mark = target.indexOf('?');
  if (mark === -1) return { path: target, query: NO_QUERY };
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}

const NO_QUERY = new URLSearchParams();
