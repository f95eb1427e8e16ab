import { randomUUID } from 'node:crypto';
import { claimJson, METADATA_ONLY, sandboxMetadataJson } from './claim-objects.ts';
import type { SentClaim, StubClaim } from './claim-objects.ts';
import type { ClaimStore } from './claim-store.ts';
import type { StubAnswer, StubRequest } from './exchange.ts';
import { parseSelector } from './selector.ts';
import { expired, refuse, statusJson } from './statuses.ts';
import type { Watchers } from './watchers.ts';

const GROUP = 'extensions.agents.x-k8s.io';
const CLAIMS =
  /^\/apis\/extensions\.agents\.x-k8s\.io\/v1beta1(?:\/namespaces\/([^/]+))?\/sandboxclaims(?:\/([^/]+))?$/;
const SANDBOX = /^\/apis\/agents\.x-k8s\.io\/v1beta1\/namespaces\/([^/]+)\/sandboxes\/([^/]+)$/;

/** What the routes act upon, and whom they tell. */
export interface RoutesWorld {
  store: ClaimStore;
  watchers: Watchers;
  onCreated(claim: StubClaim): void;
  onDeleted(claim: StubClaim): void;
  onAlreadyThere(): void;
  onExpired(): void;
}

/** Answers one request as an API server with agent-sandbox's CRDs would. */
export function route(world: RoutesWorld, request: StubRequest, answer: StubAnswer): void {
  const claims = CLAIMS.exec(request.path);
  if (claims !== null) {
    routeClaims(world, request, answer, { namespace: claims[1] ?? null, name: claims[2] ?? null });
    return;
  }
  const sandbox = SANDBOX.exec(request.path);
  if (sandbox !== null && request.method === 'GET') {
    answer.send(200, sandboxMetadataJson(sandbox[1] ?? '', sandbox[2] ?? ''));
  } else if (request.path === '/version') {
    answer.send(200, '{"major":"1","minor":"0","gitVersion":"v1.0.0-stub"}');
  } else {
    refuse(answer, 404, 'NotFound', 'the server could not find the requested resource');
  }
}

function routeClaims(
  world: RoutesWorld,
  request: StubRequest,
  answer: StubAnswer,
  at: { namespace: string | null; name: string | null },
): void {
  const { method, query, accept } = request;
  const { namespace, name } = at;
  const metadataOnly = accept.includes(METADATA_ONLY);
  if (name === null) {
    if (method === 'GET' && query.get('watch') === 'true') watch(world, request, answer, namespace);
    else if (method === 'GET') list(world, request, answer, namespace);
    else if (method === 'POST' && namespace !== null) create(world, request, answer, namespace);
    else if (method === 'DELETE' && namespace !== null) deleteCollection(world, request, answer, namespace);
    else refuse(answer, 405, 'MethodNotAllowed', 'the server does not allow this method');
    return;
  }
  const claim = world.store.find(namespace ?? '', name);
  if (claim === null) {
    refuse(answer, 404, 'NotFound', `sandboxclaims.${GROUP} "${name}" not found`);
  } else if (method === 'GET') {
    answer.send(200, claimJson(claim, metadataOnly));
  } else if (method === 'DELETE') {
    deleteOne(world, request, answer, claim);
  } else {
    refuse(answer, 405, 'MethodNotAllowed', 'the server does not allow this method');
  }
}

function create(world: RoutesWorld, { body }: StubRequest, answer: StubAnswer, namespace: string): void {
  const sent = JSON.parse(body) as SentClaim;
  const { name } = sent.metadata;
  if (world.store.find(namespace, name) !== null) {
    world.onAlreadyThere();
    refuse(answer, 409, 'AlreadyExists', `sandboxclaims.${GROUP} "${name}" already exists`);
    return;
  }
  const claim = world.store.add(sent, namespace, randomUUID());
  answer.send(201, claimJson(claim, false));
  world.onCreated(claim);
}

function deleteOne(world: RoutesWorld, { body }: StubRequest, answer: StubAnswer, claim: StubClaim): void {
  const { preconditions } = (body === '' ? {} : JSON.parse(body)) as { preconditions?: { uid?: string } };
  const meant = preconditions?.uid ?? claim.uid;
  if (meant !== claim.uid) {
    const why = `Precondition failed: UID in precondition: ${meant}, UID in object meta: ${claim.uid}`;
    refuse(answer, 409, 'Conflict', `Operation cannot be fulfilled on sandboxclaims "${claim.name}": ${why}`);
    return;
  }
  remove(world, claim);
  const details = { name: claim.name, group: GROUP, kind: 'sandboxclaims', uid: claim.uid };
  answer.send(200, statusJson({ status: 'Success', details }));
}

function deleteCollection(
  world: RoutesWorld,
  { query }: StubRequest,
  answer: StubAnswer,
  namespace: string,
): void {
  const selected = world.store.list(namespace, parseSelector(query.get('labelSelector') ?? ''));
  const items = selected.map((claim) => claimJson(claim, false));
  for (const claim of selected) remove(world, claim);
  answer.send(200, listJson(items, world.store.version, false));
}

function remove(world: RoutesWorld, claim: StubClaim): void {
  world.store.remove(claim);
  world.onDeleted(claim);
}

function list(world: RoutesWorld, request: StubRequest, answer: StubAnswer, namespace: string | null): void {
  const metadataOnly = request.accept.includes(METADATA_ONLY);
  const selected = world.store.list(namespace, parseSelector(request.query.get('labelSelector') ?? ''));
  const items = selected.map((claim) => claimJson(claim, metadataOnly));
  answer.send(200, listJson(items, world.store.version, metadataOnly));
}

/** From a version on; without one, or from 0, what is there comes first as ADDED. */
function watch(world: RoutesWorld, request: StubRequest, answer: StubAnswer, namespace: string | null): void {
  const { query, accept } = request;
  const { store, watchers } = world;
  const metadataOnly = accept.includes(METADATA_ONLY);
  const selects = parseSelector(query.get('labelSelector') ?? '');
  const from = Number(query.get('resourceVersion') ?? '0');
  const first: string[] = [];
  if (from === 0) {
    for (const claim of store.list(namespace, selects)) {
      first.push(`{"type":"ADDED","object":${claimJson(claim, metadataOnly)}}\n`);
    }
  } else {
    const missed = store.since(from);
    if (missed === null) {
      world.onExpired();
      expired(answer, from, store.version);
      return;
    }
    for (const event of missed) {
      const here = namespace === null || event.namespace === namespace;
      if (here && selects(event.labels)) first.push(event.line(metadataOnly));
    }
  }
  const timeout = query.get('timeoutSeconds');
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  const timeoutSeconds = timeout === null ? null : Number(timeout);
  watchers.add({ namespace, selects, metadataOnly, bookmarks, timeoutSeconds }, answer.stream(), first);
}

/** The server writes kind and apiVersion into the items of custom resources' lists, unlike those of its own kinds. */
function listJson(items: string[], version: number, metadataOnly: boolean): string {
  const [kind, apiVersion] = metadataOnly
    ? ['PartialObjectMetadataList', 'meta.k8s.io/v1']
    : ['SandboxClaimList', `${GROUP}/v1beta1`];
  const metadata = `{"continue":"","resourceVersion":"${version}"}`;
  return `{"apiVersion":"${apiVersion}","items":[${items.join(',')}],"kind":"${kind}","metadata":${metadata}}`;
}
