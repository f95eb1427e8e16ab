import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import type { KubeObject, WatchEvent, WatchHandle, WatchOptions } from '../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { configMap, json, scriptedServer } from './scripted-server.ts';
import type { ScriptedServer, Seen } from './scripted-server.ts';

/** A watched server: `streams[n]` plays the n-th watch request, `lists[n]` (the last one again) the n-th list. */
interface Script {
  lists?: ((response: ServerResponse) => void)[];
  streams: ((response: ServerResponse, seen: Seen) => void)[];
}

interface Watched {
  server: ScriptedServer;
  watch: WatchHandle;
  /** `RELISTED a,b`, `ADDED c`, ... in the order in which they came. */
  told: string[];
  /** Resolves once so many events were told. */
  events: (count: number) => Promise<void>;
  /** resourceVersion of each watch request. */
  versions: () => (string | null)[];
}

/** Answers a list with ConfigMaps of these names. */
export function list(version: string, ...names: string[]) {
  return (response: ServerResponse): void =>
    json(response, {
      kind: 'ConfigMapList',
      metadata: { resourceVersion: version },
      items: names.map((name) => ({ metadata: { name, namespace: 'default' } })),
    });
}

/** One event as a watch sends it. */
export function line(type: string, name: string, version: string): string {
  return `${JSON.stringify({ type, object: configMap(name, { resourceVersion: version }) })}\n`;
}

/** Stays open after its lines. */
export function open(...lines: string[]) {
  return (response: ServerResponse): void => {
    response.writeHead(200);
    response.flushHeaders();
    for (const one of lines) response.write(one);
  };
}

/** Ends after its lines, as a server does when the time is over. */
export function ended(...lines: string[]) {
  return (response: ServerResponse): void => {
    response.writeHead(200);
    response.end(lines.join(''));
  };
}

/** A client that watches ConfigMaps of a server which plays the script. */
export async function watched(
  t: TestContext,
  script: Script,
  options: WatchOptions = {},
  onEvent: (event: WatchEvent<KubeObject>) => void = () => {},
): Promise<Watched> {
  let lists = 0;
  let streams = 0;
  const server = await scriptedServer(t, (response, seen) => {
    const plan = script.lists ?? [list('10')];
    if (seen.url.searchParams.get('watch') !== 'true') {
      (plan[Math.min(lists++, plan.length - 1)] ?? list('10'))(response);
      return;
    }
    (script.streams[streams++] ?? open())(response, seen);
  });
  const told: string[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const watch = server.kube.watch(RESOURCES.ConfigMap, { namespace: 'default', ...options }, (event) => {
    told.push(
      event.type === 'RELISTED'
        ? `RELISTED ${event.items.map((item) => item.metadata.name).join(',')}`
        : `${event.type} ${event.object.metadata.name}`,
    );
    for (const one of waiting) if (told.length >= one.count) one.resolve();
    onEvent(event);
  });
  return {
    server,
    watch,
    told,
    events: (count) =>
      told.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ count, resolve: () => resolve() })),
    versions: () =>
      server.seen
        .filter((seen) => seen.url.searchParams.has('watch'))
        .map((seen) => seen.url.searchParams.get('resourceVersion')),
  };
}
