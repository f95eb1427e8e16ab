import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { CredentialSource } from '../kubernetes/credentials.ts';
import { endWatchEarly } from './end-watch-early.ts';
import type { Exchange } from './exchange.ts';
import { returned } from './upstream.ts';
import type { Incoming, Upstream } from './upstream.ts';

/** An ordinary request with its answer: everything but upgrades. */
export function plainExchange(
  incoming: Incoming,
  response: ServerResponse,
  upstream: Upstream,
  credentials: CredentialSource,
): Exchange {
  const closing = new AbortController();
  response.on('close', () => closing.abort());
  const exchange: Exchange = {
    closed: closing.signal,
    refuse({ status, headers, body }) {
      response.writeHead(status, headers).end(body);
    },
    reset() {
      response.socket?.resetAndDestroy();
    },
    async forward() {
      const request = await upstream.request(incoming, credentials, closing.signal);
      const answered = once(request, 'response', { signal: closing.signal });
      request.on('error', () => {}); // after the head: told by the answer's own end
      request.end(incoming.body);
      const [answer] = (await answered) as [IncomingMessage];
      const status = answer.statusCode ?? 502;
      return {
        status,
        async pass(ending) {
          response.writeHead(status, returned(answer.headers));
          response.flushHeaders();
          if (ending !== null && status === 200) await endWatchEarly(answer, response, exchange, ending);
          else await pipeline(answer, response);
        },
      };
    },
  };
  return exchange;
}
