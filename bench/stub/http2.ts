import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { StubAnswer, StubHandler, StubStream } from './exchange.ts';
import { splitTarget } from './exchange.ts';

/** One stream of an HTTP/2 session: one request and its answer. */
export function serveHttp2(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  isAuthenticated: (bearer: string) => boolean,
  handle: StubHandler,
): void {
  const chunks: Buffer[] = [];
  stream.on('error', () => stream.destroy());
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => {
    const bearer = /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    handle(
      {
        method: headers[':method'] ?? 'GET',
        ...splitTarget(headers[':path'] ?? '/'),
        accept: headers.accept ?? '',
        authenticated: isAuthenticated(bearer),
        body: Buffer.concat(chunks).toString(),
      },
      answerOn(stream),
    );
  });
}

function answerOn(stream: ServerHttp2Stream): StubAnswer {
  return {
    send(status, json, headers = {}) {
      if (stream.destroyed) return;
      stream.respond({ ':status': status, 'content-type': 'application/json', ...headers });
      stream.end(json);
    },
    stream(): StubStream {
      stream.respond({ ':status': 200, 'content-type': 'application/json' });
      return {
        write: (text) => stream.write(text),
        end: () => stream.end(),
        // Of a shared connection only this stream breaks off.
        cut: () => stream.close(2),
        onClosed: (listener) => stream.once('close', listener),
      };
    },
  };
}
