import { Agent } from 'undici';
import { LABELS } from '../src/domain/names.ts';
import { readCredentials } from '../src/kubernetes/credentials.ts';
import { createLineCutter } from '../src/kubernetes/json-lines.ts';
import type { KubeObject } from '../src/kubernetes/kube-client.ts';
import { claimManifest } from '../src/sandbox/claim-manifest.ts';
import type { BenchRequest } from './bench-window.ts';

/** As many as the driver's client has for its calls, and one for the watch. */
const CONNECTIONS = 16;

interface BareAnswer {
  statusCode: number;
  body: { text(): Promise<string> };
}

/**
 * The least that a load generator can do: the driver's own requests over its own HTTP client, answers and stream parsed,
 * nothing measured, nothing kept, nothing repeated. Resolves when all claims are deleted; throws on any surprise.
 */
export async function runBareLoop(kubeconfig: string, request: BenchRequest): Promise<void> {
  const { plan, load, windowIndex, arrivals } = request;
  const { workloadNamespace } = plan.sandbox;
  const credentials = readCredentials(kubeconfig);
  const { tls, headers } = await credentials.current(new AbortController().signal);
  const agent = new Agent({
    connections: CONNECTIONS,
    connect: tls,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });
  const watching = new Agent({
    connections: 1,
    connect: tls,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });
  const ask = { origin: credentials.origin, headers: { accept: 'application/json', ...headers } };
  const namespaced = `namespaces/${workloadNamespace}`;
  const claims = `/apis/extensions.agents.x-k8s.io/v1beta1/${namespaced}/sandboxclaims`;
  const sandboxes = `/apis/agents.x-k8s.io/v1beta1/${namespaced}/sandboxes`;
  const metadataOnly = { ...headers, accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' };
  const withBody = { ...ask.headers, 'content-type': 'application/json' };

  const send = async (
    options: { method: 'GET' | 'POST' | 'DELETE'; path: string; body?: string },
    sent: object,
  ) => {
    const answer: BareAnswer = await agent.request({
      ...ask,
      ...options,
      headers: { ...sent },
      reset: false,
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${options.method} ${options.path}: ${answer.statusCode}`);
    return JSON.parse(text) as KubeObject;
  };

  const waiting = new Map<string, (sandbox: string) => void>();
  async function oneClaim(index: number): Promise<void> {
    const nowMs = performance.timeOrigin + performance.now();
    const manifest = claimManifest({
      plan,
      windowIndex,
      index,
      attempt: 1,
      readyTimeoutMs: 60_000,
      requestedAtMs: nowMs,
      shutdownAtMs: nowMs + 600_000,
    });
    const ready = new Promise<string>((resolve) => waiting.set(manifest.metadata.name, resolve));
    const body = JSON.stringify(manifest);
    const made = await send({ method: 'POST', path: `${claims}?fieldManager=sandtide`, body }, withBody);
    await send({ method: 'GET', path: `${sandboxes}/${await ready}` }, metadataOnly);
    const preconditions = { uid: made.metadata.uid };
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions,
    };
    const path = `${claims}/${manifest.metadata.name}`;
    await send({ method: 'DELETE', path, body: JSON.stringify(options) }, withBody);
  }

  const selector = encodeURIComponent(`${LABELS.owner}=${plan.owner},${LABELS.window}=${windowIndex}`);
  const list = await send({ method: 'GET', path: `${claims}?labelSelector=${selector}` }, ask.headers);
  const query = `labelSelector=${selector}&watch=true&allowWatchBookmarks=true&resourceVersion=${list.metadata.resourceVersion}`;
  const stream = await watching.request({ ...ask, method: 'GET', path: `${claims}?${query}` });
  const cut = createLineCutter();
  stream.body.on('error', () => undefined);
  stream.body.on('data', (chunk: Buffer) => {
    for (const line of cut(chunk)) {
      const { object } = JSON.parse(line) as { object: ReadyClaim };
      if (object.status?.conditions?.[0]?.status !== 'True') continue;
      const { name } = object.metadata;
      waiting.get(name)?.(object.status.sandbox?.name ?? name);
      waiting.delete(name);
    }
  });

  let next = 0;
  async function lane(): Promise<void> {
    while (next < arrivals) await oneClaim(next++);
  }
  await Promise.all(Array.from({ length: Math.min(load.maxConcurrent, arrivals) }, lane));
  await Promise.all([agent.close(), watching.destroy()]);
}

interface ReadyClaim extends KubeObject {
  status?: { conditions?: { status: string }[]; sandbox?: { name: string } };
}
