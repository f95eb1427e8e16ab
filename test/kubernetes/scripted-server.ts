import { createServer } from 'node:http';
import type { TestContext } from 'node:test';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from '../../src/kubernetes/connect.ts';
import type { ConnectTuning } from '../../src/kubernetes/connect.ts';
import type { KubeClient } from '../../src/kubernetes/kube-client.ts';

/** A request as the server saw it. */
export interface Seen {
  method: string;
  url: URL;
  body: string;
  headers: IncomingMessage['headers'];
}

export interface ScriptedServer {
  kube: KubeClient;
  kubeconfig: string;
  seen: Seen[];
  /** Connections that the server accepted. */
  accepted(): number;
}

/** The token in the kubeconfig of every scripted server: no message may hold it. */
export const CANARY = 'canary-token-0451';

/** A kubeconfig for a plain HTTP server on loopback. */
export function kubeconfigFor(port: number, user: Record<string, unknown> = { token: CANARY }): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [
      { name: 'test', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'test', user }],
  });
}

/** A server on loopback, for as long as the test runs, that answers as the test says, with a client for it that waits only some milliseconds. */
export async function scriptedServer(
  context: TestContext,
  answer: (response: ServerResponse, seen: Seen, count: number) => void,
  tuning: ConnectTuning = {},
  user?: Record<string, unknown>,
): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  let accepted = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://server');
      const one = {
        method: request.method ?? '',
        url,
        body: Buffer.concat(chunks).toString(),
        headers: request.headers,
      };
      seen.push(one);
      answer(response, one, seen.length);
    });
  });
  server.on('connection', () => accepted++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kubeconfig = kubeconfigFor((server.address() as AddressInfo).port, user);
  const kube = connect({ kubeconfig }, { ...tuning, patience: { baseMs: 2, capMs: 20, ...tuning.patience } });
  context.after(async () => {
    server.closeAllConnections();
    await kube.close();
    await new Promise((resolve) => server.close(resolve));
  });
  return { kube, kubeconfig, seen, accepted: () => accepted };
}

/** Answers with JSON, by default 200. */
export function json(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** Answers with a Status object as the API server makes it. */
export function failure(
  response: ServerResponse,
  code: number,
  reason: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  json(
    response,
    { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message },
    code,
    headers,
  );
}

/** A ConfigMap in namespace `default`. */
export function configMap(name: string, metadata: Record<string, unknown> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...metadata } };
}
