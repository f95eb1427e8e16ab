import { STATUS_CODES } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { CredentialSource } from '../kubernetes/credentials.ts';
import type { Answer, Exchange } from './exchange.ts';
import { returned } from './upstream.ts';
import type { Incoming, Upstream } from './upstream.ts';

/** A request that turns its connection into another protocol (exec); from then on bytes go both ways as they come. */
export function upgradeExchange(
  incoming: Incoming,
  socket: Socket,
  head: Buffer,
  upstream: Upstream,
  credentials: CredentialSource,
): Exchange {
  const closing = new AbortController();
  socket.on('close', () => closing.abort());
  socket.on('error', () => {});
  return {
    closed: closing.signal,
    refuse({ status, headers, body }) {
      const all = { ...headers, connection: 'close', 'content-length': Buffer.byteLength(body) };
      socket.end(`${headOf(status, Object.entries(all))}${body}`);
    },
    reset: () => void socket.resetAndDestroy(),
    async forward() {
      const request = await upstream.request(incoming, credentials, closing.signal);
      request.end();
      return answered(request, socket, head);
    },
  };
}

function answered(request: ClientRequest, socket: Socket, head: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (answer: IncomingMessage) => {
      resolve({
        status: answer.statusCode ?? 502,
        async pass() {
          const headers = { ...returned(answer.headers), connection: 'close' };
          socket.write(headOf(answer.statusCode ?? 502, Object.entries(headers)));
          await pipeline(answer, socket);
        },
      });
    });
    request.on('upgrade', (answer: IncomingMessage, server: Socket, first: Buffer) => {
      server.on('error', () => {});
      resolve({
        status: 101,
        async pass() {
          socket.write(headOf(101, pairs(answer.rawHeaders)));
          socket.write(first);
          server.write(head);
          await Promise.all([pipeline(server, socket), pipeline(socket, server)]);
        },
      });
    });
  });
}

function headOf(status: number, headers: [string, unknown][]): string {
  const lines = headers.map(([name, value]) => `${name}: ${String(value)}\r\n`).join('');
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines}\r\n`;
}

/** Names and values, which a raw header list holds in turn. */
function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as [string, string]] : [],
  );
}
