import type { ApiVerb } from './schema.ts';

/** What a request asks of the API server, as far as rules look at it. */
export interface ApiCall {
  verb: ApiVerb;
  /** Plural of the resource; null for paths that are about none, such as /version. */
  resource: string | null;
  namespace: string | null;
  /** The object's name; null for a collection. A create's is in its body, which is not read here: see `nameInBody`. */
  name: string | null;
}

const VERB_OF_METHOD: Record<string, { one: ApiVerb; many: ApiVerb }> = {
  POST: { one: 'create', many: 'create' },
  PUT: { one: 'update', many: 'update' },
  PATCH: { one: 'patch', many: 'patch' },
  DELETE: { one: 'delete', many: 'deletecollection' },
};

/**
 * Reads a request line as the API server's own request-info does: `/api/v1/...` or `/apis/<group>/<version>/...`, then
 * perhaps `namespaces/<namespace>`, then resource, name and subresource. `upgrade` marks exec and its like.
 */
export function readApiCall(method: string, target: string, upgrade: boolean): ApiCall {
  const url = new URL(target, 'http://server');
  const { resource, namespace, name } = placeOf(url.pathname.split('/').filter((part) => part !== ''));
  const verbs = VERB_OF_METHOD[method];
  const watches = ['true', '1'].includes(url.searchParams.get('watch') ?? '');
  const read = watches && resource !== null ? 'watch' : name !== null || resource === null ? 'get' : 'list';
  const verb = upgrade ? 'exec' : verbs === undefined ? read : name === null ? verbs.many : verbs.one;
  return { verb, resource, namespace, name: name ?? nameSelected(url) };
}

function placeOf(parts: string[]): Omit<ApiCall, 'verb'> {
  const rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  // `/api/v1/namespaces/x` is about the namespace itself, and so is `/api/v1/namespaces`.
  const [first, second, third, fourth] = rest;
  if (first === undefined) return { resource: null, namespace: null, name: null };
  if (first === 'namespaces' && third !== undefined && !['finalize', 'status'].includes(third)) {
    return { resource: third, namespace: second ?? null, name: decoded(fourth) };
  }
  const name = decoded(second);
  return { resource: first, namespace: first === 'namespaces' ? name : null, name };
}

function decoded(part: string | undefined): string | null {
  if (part === undefined) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A watch or list of one object names it by field selector. */
function nameSelected(url: URL): string | null {
  const selector = url.searchParams.get('fieldSelector') ?? '';
  return /^metadata\.name==?([^,!=]+)$/.exec(selector)?.[1] ?? null;
}

/** The name in a create's body; null where it has none (generateName) or is no JSON. */
export function nameInBody(body: string): string | null {
  try {
    const name = (JSON.parse(body) as { metadata?: { name?: unknown } } | null)?.metadata?.name;
    return typeof name === 'string' ? name : null;
  } catch {
    return null;
  }
}
