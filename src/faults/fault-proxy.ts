import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { errorCode, isTrustFailure } from '../kubernetes/api-errors.ts';
import { actOut, statusAnswer } from './act-out.ts';
import { nameInBody, readApiCall } from './api-call.ts';
import type { ApiCall } from './api-call.ts';
import type { RuleCounts } from './choose.ts';
import type { Exchange } from './exchange.ts';
import { plainExchange } from './plain-exchange.ts';
import { createRoutes } from './routes.ts';
import type { FaultedCluster } from './routes.ts';
import type { FaultPlan } from './schema.ts';
import { upgradeExchange } from './upgrade-exchange.ts';
import { openUpstream } from './upstream.ts';

/** A fault that took place, for the log. */
export interface FaultEvent extends ApiCall {
  rule: string;
}

export interface FaultProxyOptions {
  /** Hears of every fault when it takes place. */
  onFault?: (event: FaultEvent) => void;
  /** Milliseconds on any clock that only goes forward. */
  nowMs?: () => number;
}

/** Stands between the Kubernetes clients of this process and their API servers, and does what the plan says. */
export interface FaultProxy {
  /**
   * The same access, by way of the proxy. Time and counters belong to the cluster, over however many accesses to it;
   * its time begins with the first. Throws `UnworkableError` for a kubeconfig that can't be used.
   */
  through<A extends { kubeconfig: string }>(access: A): A;
  /** One for each rule, summed over the clusters. */
  counts(): RuleCounts[];
  /** Cuts everything under way and stops listening. */
  close(): Promise<void>;
}

/** Longer than any client keeps an idle connection: it must not be us who closes one as it is used again. */
const KEEP_IDLE_MS = 120_000;

/**
 * Starts the proxy on a free port of 127.0.0.1. Plain http on purpose: both ends are this process, so that TLS between
 * them would guard nothing. What keeps other users of this machine out is a random path that only the kubeconfigs made
 * here contain; without it nothing is forwarded. The API server is spoken to as its own kubeconfig says, by TLS.
 */
export async function startFaultProxy(plan: FaultPlan, options: FaultProxyOptions = {}): Promise<FaultProxy> {
  const nowMs = options.nowMs ?? (() => performance.now());
  const upstream = openUpstream();
  const routes = createRoutes(plan, nowMs);
  const sockets = new Set<Socket>();
  const underWay = new Set<Promise<void>>();

  async function serve(call: ApiCall, exchange: Exchange, cluster: FaultedCluster): Promise<void> {
    const chosen = cluster.chooser.choose(call, nowMs() - cluster.beganAtMs);
    const happened = (): void => {
      chosen?.happened();
      options.onFault?.({ rule: chosen?.name ?? '', ...call });
    };
    await actOut(exchange, chosen && { ...chosen, happened }).catch((error: unknown) =>
      fail(exchange, error),
    );
  }

  async function request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = routes.find(request.url ?? '');
    if (found === null) return void response.writeHead(404).end();
    const { route, target } = found;
    const incoming = { ...headOf(request), target, body: await buffer(request) };
    const asked = readApiCall(incoming.method, target, false);
    const call = asked.verb === 'create' ? { ...asked, name: nameInBody(incoming.body.toString()) } : asked;
    await serve(call, plainExchange(incoming, response, upstream, route.credentials), route.cluster);
  }

  async function upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const found = routes.find(request.url ?? '');
    if (found === null) return void socket.destroy();
    const { route, target } = found;
    const incoming = { ...headOf(request), target, body: Buffer.alloc(0) };
    const exchange = upgradeExchange(incoming, socket, head, upstream, route.credentials);
    await serve(readApiCall(incoming.method, target, true), exchange, route.cluster);
  }

  function track(work: Promise<void>): void {
    const settled = work.catch(() => {}).finally(() => underWay.delete(settled));
    underWay.add(settled);
  }

  const server = createServer({ keepAliveTimeout: KEEP_IDLE_MS, requestTimeout: 0 });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('request', (incoming, response) => track(request(incoming, response)));
  server.on('upgrade', (incoming, socket: Socket, head) => track(upgrade(incoming, socket, head)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    through: (access) => ({ ...access, kubeconfig: routes.through(access.kubeconfig, origin) }),
    counts: () => routes.counts(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      upstream.destroy();
      await Promise.all([closed, ...underWay]);
    },
  };
}

function headOf({
  method = 'GET',
  headers,
}: IncomingMessage): Pick<IncomingMessage, 'headers'> & { method: string } {
  return { method, headers };
}

/** A call that got no answer. The caller sees a broken connection too, but for what no other try would better. */
function fail(exchange: Exchange, error: unknown): void {
  if (exchange.closed.aborted) return;
  const code = errorCode(error);
  if (!isTrustFailure(code)) return exchange.reset();
  exchange.refuse(statusAnswer(502, `the API server's certificate is not trusted (${code})`));
}
