import * as http from 'node:http';
import * as https from 'node:https';
import type { CredentialSource } from '../kubernetes/credentials.ts';

/** A request as it came in, with its whole body: what we send is small, and a create's name is in there. */
export interface Incoming {
  method: string;
  /** Path and query as the API server knows them. */
  target: string;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export interface Upstream {
  /** Begins the same request at the API server; the caller listens and ends it. Aborted, it is torn down. */
  request(
    incoming: Incoming,
    credentials: CredentialSource,
    signal: AbortSignal,
  ): Promise<http.ClientRequest>;
  /** Ends every connection now. */
  destroy(): void;
}

/** Below the 90 s after which a Go server drops an idle connection. */
const IDLE_MS = 60_000;

/** Of one connection, not of the request: each side has its own. The length is that of the body as it was read. */
const PER_CONNECTION = [
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'expect',
];

/**
 * Connections to API servers. The caller's headers go on as they came, its token among them; what can't be passed on
 * from one connection to the next, a client certificate, is presented here.
 */
export function openUpstream(): Upstream {
  const plain = new http.Agent({ keepAlive: true, timeout: IDLE_MS });
  // Tells connections apart by their certificates: rotated ones get new connections.
  const secure = new https.Agent({ keepAlive: true, timeout: IDLE_MS });
  return {
    async request({ method, target, headers, body }, credentials, signal) {
      const { tls } = await credentials.current(signal);
      const url = new URL(credentials.origin + credentials.pathPrefix + target);
      const length = body.length === 0 && method === 'GET' ? {} : { 'content-length': body.length };
      const options = { method, signal, headers: { ...forwarded(headers), ...length } };
      return url.protocol === 'https:'
        ? https.request(url, { ...options, ...tls, agent: secure })
        : http.request(url, { ...options, agent: plain });
    },
    destroy() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** Headers for the API server. Without accept-encoding the answer is plain: a watch can be ended between two lines. */
function forwarded(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  const left = Object.entries(headers).filter(
    ([name]) => name !== 'accept-encoding' && !PER_CONNECTION.includes(name),
  );
  const upgrade = headers.upgrade === undefined ? {} : { connection: 'Upgrade' };
  return { ...Object.fromEntries(left), ...upgrade };
}

/** Headers of an answer that go back to the caller. */
export function returned(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !PER_CONNECTION.includes(name)));
}
