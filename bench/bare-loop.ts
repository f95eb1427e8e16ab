import { LABELS } from '../src/domain/names.ts';
import { readCredentials } from '../src/kubernetes/credentials.ts';
import { createLineCutter } from '../src/kubernetes/json-lines.ts';
import type { KubeObject } from '../src/kubernetes/kube-client.ts';
import { claimManifest } from '../src/sandbox/claim-manifest.ts';
import { bareClient } from './bare-clients.ts';
import type { BareRequest, ClientName } from './bare-clients.ts';
import type { BenchRequest } from './bench-window.ts';

/** A claim as the watch tells it, as far as the loop looks. */
interface SeenClaim extends KubeObject {
  status?: { conditions?: { status: string }[]; sandbox?: { name: string } };
}

const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const FIRST_READY_AT = 'agents.x-k8s.io/claim-first-ready-at';
const SANDBOX_NAME = 'agents.x-k8s.io/sandbox-name';

/**
 * The least that a load generator can do: the driver's own requests, answers and stream parsed, nothing measured,
 * nothing kept, nothing repeated. Resolves when all claims are deleted; throws on any surprise. `watch: 'metadata'`
 * takes the controller's annotation for readiness, which is written some time after the status.
 */
export async function runBareLoop(
  kubeconfig: string,
  request: BenchRequest,
  how: { client: ClientName; watch: 'whole' | 'metadata' },
): Promise<void> {
  const { plan, load, windowIndex, arrivals } = request;
  const credentials = readCredentials(kubeconfig);
  const now = await credentials.current(new AbortController().signal);
  const client = bareClient(how.client, credentials.origin, now);
  const namespaced = `namespaces/${plan.sandbox.workloadNamespace}`;
  const claims = `/apis/extensions.agents.x-k8s.io/v1beta1/${namespaced}/sandboxclaims`;
  const sandboxes = `/apis/agents.x-k8s.io/v1beta1/${namespaced}/sandboxes`;
  const json = { accept: 'application/json', 'user-agent': 'sandtide', ...now.headers };
  const metadata = { ...json, accept: METADATA_ONLY };
  const withBody = { ...json, 'content-type': 'application/json' };

  async function send(asked: BareRequest): Promise<KubeObject> {
    const { status, text } = await client.send(asked);
    if (status >= 300) throw new Error(`${asked.method} ${asked.path}: ${status}`);
    return JSON.parse(text) as KubeObject;
  }

  const waiting = new Map<string, (sandbox: string) => void>();
  async function oneClaim(index: number): Promise<void> {
    const nowMs = performance.timeOrigin + performance.now();
    const times = { readyTimeoutMs: 60_000, requestedAtMs: nowMs, shutdownAtMs: nowMs + 600_000 };
    const manifest = claimManifest({ plan, windowIndex, index, attempt: 1, ...times });
    const { name } = manifest.metadata;
    const ready = new Promise<string>((resolve) => waiting.set(name, resolve));
    const body = JSON.stringify(manifest);
    const made = await send({
      method: 'POST',
      path: `${claims}?fieldManager=sandtide`,
      headers: withBody,
      body,
    });
    await send({ method: 'GET', path: `${sandboxes}/${await ready}`, headers: metadata });
    const meant = { preconditions: { uid: made.metadata.uid } };
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', ...meant };
    const path = `${claims}/${name}`;
    await send({ method: 'DELETE', path, headers: withBody, body: JSON.stringify(options) });
  }

  function seen({ metadata: { name, annotations }, status }: SeenClaim): void {
    const ready =
      how.watch === 'whole'
        ? status?.conditions?.[0]?.status === 'True'
        : Object.hasOwn(annotations ?? {}, FIRST_READY_AT);
    if (!ready) return;
    waiting.get(name)?.(status?.sandbox?.name ?? annotations?.[SANDBOX_NAME] ?? name);
    waiting.delete(name);
  }

  const selector = encodeURIComponent(`${LABELS.owner}=${plan.owner},${LABELS.window}=${windowIndex}`);
  const list = await send({ method: 'GET', path: `${claims}?labelSelector=${selector}`, headers: json });
  const from = `allowWatchBookmarks=true&resourceVersion=${list.metadata.resourceVersion}`;
  const watch: BareRequest = {
    method: 'GET',
    path: `${claims}?labelSelector=${selector}&watch=true&${from}`,
    headers: how.watch === 'whole' ? json : metadata,
  };
  const cut = createLineCutter();
  await client.follow(watch, (chunk) => {
    for (const line of cut(chunk)) seen((JSON.parse(line) as { object: SeenClaim }).object);
  });

  let next = 0;
  async function lane(): Promise<void> {
    while (next < arrivals) await oneClaim(next++);
  }
  await Promise.all(Array.from({ length: Math.min(load.maxConcurrent, arrivals) }, lane));
  await client.close();
}
