import type { Asked } from './api-errors.ts';
import type {
  KubeList,
  KubeObject,
  KubeResource,
  ListOptions,
  PageOptions,
  WatchOptions,
} from './kube-client.ts';
import { collectionPath, describeObject, query } from './object-path.ts';
import { METADATA_ONLY, parseAnswer } from './requests.ts';
import type { StreamListener } from './stream-exchange.ts';
import type { Call, Transport } from './transport.ts';

const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** After so long the server ends a watch by itself, with jitter so that many watches don't resume together. */
const WATCH_SECONDS = { least: 240, most: 300 };

/** Where a watch gets its objects from; the loop that resumes it knows nothing of HTTP. */
export interface WatchSource<T extends KubeObject> {
  /** For messages: watch, `pods in team-a`. */
  readonly asked: Asked;
  /** What the objects are; with `metadataOnly` the server calls them all PartialObjectMetadata. */
  readonly kind: Pick<KubeObject, 'apiVersion' | 'kind'>;
  /** Aborted when the client is closed. */
  readonly closed: AbortSignal;
  list(signal: AbortSignal): Promise<KubeList<T>>;
  /** Watches from there until the server ends it. */
  follow(resourceVersion: string, listener: StreamListener, signal: AbortSignal): Promise<void>;
}

/** Objects of a kind, all or a page; items carry apiVersion and kind, which the server leaves out of lists. */
export async function listObjects<T extends KubeObject>(
  transport: Transport,
  resource: KubeResource,
  options: PageOptions & { metadataOnly?: boolean },
): Promise<KubeList<T>> {
  const { limit, continueFrom } = options;
  const call = collectionCall('list', resource, options, { limit, continue: continueFrom });
  const accept = options.metadataOnly === true ? METADATA_LIST : 'application/json';
  const text = await transport.send({ ...call, accept }, options);
  const list = parseAnswer(call, text) as {
    metadata: { resourceVersion?: string; continue?: string };
    items: T[] | null;
  };
  const next = list.metadata.continue ?? '';
  return {
    resourceVersion: list.metadata.resourceVersion ?? '',
    ...(next === '' ? {} : { continueFrom: next }),
    items: (list.items ?? []).map((item) => ({
      ...item,
      apiVersion: resource.apiVersion,
      kind: resource.kind,
    })),
  };
}

/** List and watch of one kind over a transport. */
export function watchSource<T extends KubeObject>(
  transport: Transport,
  resource: KubeResource,
  options: WatchOptions,
): WatchSource<T> {
  return {
    asked: { verb: 'watch', object: describeObject(resource, null, options.namespace) },
    kind: { apiVersion: resource.apiVersion, kind: resource.kind },
    closed: transport.closed,
    list: (signal) => listObjects<T>(transport, resource, { ...options, signal }),
    follow(resourceVersion, listener, signal) {
      const call = collectionCall('watch', resource, options, {
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion,
        timeoutSeconds: Math.round(
          WATCH_SECONDS.least + Math.random() * (WATCH_SECONDS.most - WATCH_SECONDS.least),
        ),
      });
      return transport.stream(
        { ...call, accept: options.metadataOnly === true ? METADATA_ONLY : 'application/json' },
        listener,
        signal,
      );
    },
  };
}

function collectionCall(
  verb: string,
  resource: KubeResource,
  options: ListOptions,
  extra: Record<string, string | number | boolean | undefined>,
): Call {
  const { namespace, labelSelector, fieldSelector } = options;
  return {
    verb,
    object: describeObject(resource, null, namespace),
    method: 'GET',
    path: collectionPath(resource, namespace) + query({ labelSelector, fieldSelector, ...extra }),
    repeatable: true,
  };
}
