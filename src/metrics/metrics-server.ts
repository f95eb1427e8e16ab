import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { UnworkableError } from '../domain/errors.ts';

/** Where it listens. */
export interface MetricsAddress {
  host: string;
  /** 0: any that is free. */
  port: number;
}

export interface MetricsSource {
  registry: Registry;
  /** The SDK's own metrics as text, from wherever it serves them. */
  sdkMetrics(): Promise<string>;
  /** Why the worker can't work; null where it can. */
  healthProblem(): Promise<string | null>;
}

export interface MetricsServer {
  address: MetricsAddress;
  close(): Promise<void>;
}

/**
 * One port for all that machines ask a worker: `/metrics` (ours and the SDK's, in one answer), `/healthz` (503 while the
 * worker can't work) and `/livez` (whether the process answers at all: Temporal's absence is no reason to restart it).
 */
export async function serveMetrics(
  { host, port }: MetricsAddress,
  source: MetricsSource,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/', response, source).catch((error: unknown) =>
      send(response, 500, `${error instanceof Error ? error.message : String(error)}\n`),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(notListening({ host, port }, cause)));
    server.listen({ host, port }, resolve);
  });
  const { address, port: bound } = server.address() as AddressInfo;
  return {
    address: { host: address, port: bound },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(path: string, response: ServerResponse, source: MetricsSource): Promise<void> {
  switch (path) {
    case '/metrics': {
      const [ours, sdks] = await Promise.all([source.registry.metrics(), sdkPart(source)]);
      response.setHeader('content-type', source.registry.contentType);
      return send(response, 200, ours + sdks);
    }
    case '/healthz': {
      const problem = await source.healthProblem();
      return send(response, problem === null ? 200 : 503, `${problem ?? 'ok'}\n`);
    }
    case '/livez':
      return send(response, 200, 'ok\n');
    default:
      return send(response, 404, '/metrics, /healthz or /livez\n');
  }
}

/** The SDK's part can't cost a scrape ours; that it is missing is a metric of its own. */
async function sdkPart(source: MetricsSource): Promise<string> {
  const up = (value: 0 | 1) =>
    `# HELP sandtide_sdk_metrics_up Whether the metrics of the Temporal SDK are in this answer.\n` +
    `# TYPE sandtide_sdk_metrics_up gauge\nsandtide_sdk_metrics_up ${value}\n`;
  try {
    return `${up(1)}${await source.sdkMetrics()}`;
  } catch {
    return up(0);
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.writeHead(status).end(text);
}

function notListening({ host, port }: MetricsAddress, cause: NodeJS.ErrnoException): UnworkableError {
  const what = cause.code === 'EADDRINUSE' ? 'the port is taken' : `can't listen there (${cause.message})`;
  return new UnworkableError({
    object: `metrics at ${host}:${port}`,
    what,
    next: 'give --metrics another HOST:PORT, or leave it out',
    cause,
  });
}
