import { Agent, ProxyAgent, buildConnector } from 'undici';
import type { Dispatcher } from 'undici';
import type { TlsMaterial } from './credentials.ts';
import { UnworkableError } from '../domain/errors.ts';

/** The kept-alive connections of one client to one server. */
export interface Connections {
  /** The dispatcher for these credentials; other ones than last time replace the connections of old. */
  dispatcher(tls: TlsMaterial, tlsKey: string): Dispatcher;
  /** How many were opened so far, over all dispatchers. Those through an HTTP proxy are not counted. */
  readonly opened: number;
  /** Ends all connections now. */
  destroy(): Promise<void>;
}

/** Time for TCP and TLS; a black hole then counts as one failed try. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Below the 90 s after which a Go server drops an idle connection. */
const IDLE_MS = 60_000;

/**
 * HTTP/1.1 on purpose: one HTTP/2 connection carries about 100 calls at a time and queues the others out of sight, and a
 * whole claim costs a third more CPU over one.
 * `most` bounds how many are open at a time.
 */
export function openConnections(proxyUrl: string | null, most: number): Connections {
  let opened = 0;
  let current: { key: string; dispatcher: Agent | ProxyAgent } | null = null;

  function build(tls: TlsMaterial): Agent | ProxyAgent {
    const shared = {
      connections: most,
      allowH2: false,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    const connector = buildConnector({
      ...tls,
      allowH2: false,
      timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
    });
    const connect: buildConnector.connector = (options, callback) => {
      opened++;
      connector(options, callback);
    };
    if (proxyUrl === null) return new Agent({ ...shared, connect });
    if (!/^https?:/.test(proxyUrl)) {
      throw new UnworkableError({
        object: 'kubeconfig',
        what: 'its proxy-url is neither http nor https',
        next: 'use an HTTP proxy, or none',
      });
    }
    return new ProxyAgent({ ...shared, uri: proxyUrl, requestTls: { ...tls, allowH2: false } });
  }

  return {
    dispatcher(tls, tlsKey) {
      if (current?.key !== tlsKey) {
        current?.dispatcher.close().catch(() => {});
        current = { key: tlsKey, dispatcher: build(tls) };
      }
      return current.dispatcher;
    },
    get opened() {
      return opened;
    },
    async destroy() {
      await current?.dispatcher.destroy();
    },
  };
}
