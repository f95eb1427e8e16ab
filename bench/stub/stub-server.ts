import { randomBytes } from 'node:crypto';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { monotonicMs } from '../monotonic.ts';
import { seededRandom } from '../seeded-random.ts';
import { makeCertificates, stubKubeconfig } from './certificates.ts';
import { ClaimStore } from './claim-store.ts';
import { leadToReady } from './controller.ts';
import type { StubAnswer, StubRequest } from './exchange.ts';
import { serveHttp1 } from './http1.ts';
import { serveHttp2 } from './http2.ts';
import { route } from './routes.ts';
import type { RoutesWorld } from './routes.ts';
import type { ClaimMoments, StubReport, StubSettings } from './settings.ts';
import { refuse } from './statuses.ts';
import { Watchers } from './watchers.ts';

export interface StubServer {
  /** With a client certificate in it. */
  kubeconfig: string;
  /** With a token in it. */
  tokenKubeconfig: string;
  report(): StubReport;
  close(): Promise<void>;
}

/** A stand-in for an API server with agent-sandbox on loopback: known delays, known faults, and it counts what happens. */
export async function startStubServer(settings: StubSettings): Promise<StubServer> {
  const random = seededRandom(settings.seed);
  const luck = seededRandom(settings.seed + 1);
  const moments: Record<string, ClaimMoments> = {};
  const token = randomBytes(16).toString('hex');
  const certificates = makeCertificates();
  const cpuBefore = process.cpuUsage();
  const counts = {
    requests: 0,
    created: 0,
    alreadyThere: 0,
    deleted: 0,
    events: 0,
    eventBytes: 0,
    throttled: 0,
    watchesExpired: 0,
    connections: 0,
  };

  const timing = { bookmarkEveryMs: settings.bookmarkEveryMs, cutEveryMs: settings.cutWatchEveryMs };
  const watchers: Watchers = new Watchers(timing, () => store.version);
  const store = new ClaimStore(settings.eventsKept, (event, line) => {
    counts.events += 1;
    counts.eventBytes += line.length;
    watchers.tell(event, line);
  });
  const chance = { random, medianMs: settings.readyMedianMs, sigma: settings.readySigma };
  const world: RoutesWorld = {
    store,
    watchers,
    onCreated(claim) {
      counts.created += 1;
      const kept: ClaimMoments = { createdMs: monotonicMs(), readyMs: null };
      if (settings.recordMoments) moments[claim.name] = kept;
      leadToReady(store, claim, chance, () => (kept.readyMs = monotonicMs()));
    },
    onDeleted: () => (counts.deleted += 1),
    onAlreadyThere: () => (counts.alreadyThere += 1),
    onExpired: () => (counts.watchesExpired += 1),
  };

  function handle(request: StubRequest, answer: StubAnswer): void {
    counts.requests += 1;
    if (!request.authenticated) {
      refuse(answer, 401, 'Unauthorized', 'Unauthorized');
    } else if (settings.throttledFraction > 0 && luck() < settings.throttledFraction) {
      counts.throttled += 1;
      const headers = { 'retry-after': String(settings.retryAfterSeconds) };
      refuse(answer, 429, 'TooManyRequests', 'too many requests, please try again later', headers);
    } else {
      route(world, request, answer);
    }
  }

  const sockets = new Set<TLSSocket>();
  const authentication =
    (socket: TLSSocket) =>
    (bearer: string): boolean =>
      socket.authorized || bearer === token;
  const http2 = createHttp2Server({ settings: { maxConcurrentStreams: 100 } });
  http2.on('stream', (stream, headers) => {
    const socket = stream.session?.socket as TLSSocket | undefined;
    serveHttp2(stream, headers, (bearer) => socket?.authorized === true || bearer === token, handle);
  });
  const server = createServer(
    {
      ...certificates.server,
      ca: certificates.ca,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2', 'http/1.1'],
    },
    (socket) => {
      counts.connections += 1;
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      if (socket.alpnProtocol === 'h2') http2.emit('connection', socket);
      else serveHttp1(socket, authentication(socket), handle);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    kubeconfig: stubKubeconfig(origin, certificates),
    tokenKubeconfig: stubKubeconfig(origin, certificates, token),
    report() {
      const { user, system } = process.cpuUsage(cpuBefore);
      const { opened: watchesOpened, cut: watchesCut } = watchers;
      const cpuSeconds = (user + system) / 1e6;
      return { ...counts, left: store.size, watchesOpened, watchesCut, cpuSeconds, moments };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
