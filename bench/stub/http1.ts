import type { TLSSocket } from 'node:tls';
import type { StubAnswer, StubHandler, StubStream } from './exchange.ts';
import { splitTarget } from './exchange.ts';

const HEAD_END = Buffer.from('\r\n\r\n');
const EMPTY = Buffer.alloc(0);

/** Reason phrases are free text; clients look at the number. */
const answerHead = (status: number): string =>
  `HTTP/1.1 ${status} Answer\r\ncontent-type: application/json\r\n`;

/**
 * HTTP/1.1 on one kept-alive connection, one request after the other, bodies by Content-Length. Written by hand, because
 * Node's own server would need more of the second core than the load generator has of the first.
 */
export function serveHttp1(
  socket: TLSSocket,
  isAuthenticated: (bearer: string) => boolean,
  handle: StubHandler,
): void {
  let pending: Buffer = EMPTY;
  let head: { text: string; bodyLength: number; method: string; target: string } | null = null;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      if (head === null) {
        const end = pending.indexOf(HEAD_END);
        if (end === -1) return;
        head = readHead(pending.toString('latin1', 0, end));
        pending = pending.subarray(end + HEAD_END.length);
      }
      if (pending.length < head.bodyLength) return;
      const body = head.bodyLength === 0 ? '' : pending.toString('utf8', 0, head.bodyLength);
      pending = pending.subarray(head.bodyLength);
      const { text, method, target } = head;
      head = null;
      handle(
        {
          method,
          ...splitTarget(target),
          accept: header(text, ACCEPT),
          authenticated: isAuthenticated(header(text, BEARER)),
          body,
        },
        answerOn(socket),
      );
    }
  });
}

const LENGTH = /\r\ncontent-length: *(\d+)/i;
const ACCEPT = /\r\naccept: *([^\r]*)/i;
const BEARER = /\r\nauthorization: *Bearer ([^\r]*)/i;

function header(head: string, pattern: RegExp): string {
  return pattern.exec(head)?.[1] ?? '';
}

function readHead(text: string): { text: string; bodyLength: number; method: string; target: string } {
  const [method = '', target = ''] = text.slice(0, text.indexOf('\r\n')).split(' ');
  return { text, method, target, bodyLength: Number(header(text, LENGTH)) };
}

function answerOn(socket: TLSSocket): StubAnswer {
  return {
    send(status, json, headers = {}) {
      let head = answerHead(status);
      for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
      socket.write(`${head}content-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
    },
    stream(): StubStream {
      socket.write(`${answerHead(200)}transfer-encoding: chunked\r\n\r\n`);
      return {
        write: (text) => socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`),
        end: () => socket.write('0\r\n\r\n'),
        cut: () => socket.destroy(),
        onClosed: (listener) => socket.once('close', listener),
      };
    },
  };
}
