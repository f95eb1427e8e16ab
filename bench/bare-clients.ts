import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { Agent } from 'undici';
import { exchange } from '../src/kubernetes/exchange.ts';
import type { Credentials } from '../src/kubernetes/credentials.ts';

/** The ways to reach an API server that are compared. */
export const CLIENTS = ['http1', 'http1-dispatch', 'undici-http2', 'node-http2'] as const;
export type ClientName = (typeof CLIENTS)[number];

export interface BareRequest {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** Sends and gives back text; no deadline, no second try. */
export interface BareClient {
  send(request: BareRequest): Promise<{ status: number; text: string }>;
  follow(request: BareRequest, onChunk: (chunk: Buffer) => void): Promise<void>;
  close(): Promise<void>;
}

/** As many as the driver has for its calls. */
const CONNECTIONS = 16;

export function bareClient(name: ClientName, origin: string, { tls }: Pick<Credentials, 'tls'>): BareClient {
  if (name === 'node-http2') return overNodeHttp2(connect(origin, tls));
  const allowH2 = name === 'undici-http2';
  const shared = { connect: tls, headersTimeout: 0, bodyTimeout: 0, allowH2 };
  const calls = new Agent({
    ...shared,
    ...(allowH2 ? { connections: 1, pipelining: 100 } : { connections: CONNECTIONS }),
  });
  const watches = new Agent({ ...shared, connections: 1 });
  return {
    async send(request) {
      const options = { origin, ...request, reset: false };
      if (name === 'http1-dispatch') return exchange(calls, options).answer;
      const answer = await calls.request(options);
      return { status: answer.statusCode, text: await answer.body.text() };
    },
    async follow(request, onChunk) {
      const { body } = await watches.request({ origin, ...request });
      body.on('error', () => undefined);
      body.on('data', onChunk);
    },
    async close() {
      await Promise.all([calls.close(), watches.destroy()]);
    },
  };
}

/** All on one connection, calls and watch. */
function overNodeHttp2(session: ClientHttp2Session): BareClient {
  session.on('error', () => undefined);
  const begin = ({ method, path, headers, body }: BareRequest): ClientHttp2Stream => {
    const stream = session.request(
      { ':method': method, ':path': path, ...headers },
      { endStream: body === undefined },
    );
    if (body !== undefined) stream.end(body);
    return stream;
  };
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        const stream = begin(request);
        const chunks: Buffer[] = [];
        let status = 0;
        stream.on('response', (headers) => (status = headers[':status'] ?? 0));
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => resolve({ status, text: Buffer.concat(chunks).toString('utf8') }));
        stream.on('error', reject);
      }),
    async follow(request, onChunk) {
      const stream = begin(request);
      stream.on('error', () => undefined);
      stream.on('data', onChunk);
    },
    async close() {
      session.destroy();
    },
  };
}
