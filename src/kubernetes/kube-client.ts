/** The narrow part of the Kubernetes API that sandtide uses. Implemented in `connect.ts`; tests use a real API server. */

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[];
}

/** Any Kubernetes object; `spec` and `status` are looked at through the narrower types of whoever reads them. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** A kind as the API server's paths know it. */
export interface KubeResource {
  /** `v1`, `apps/v1`, `extensions.agents.x-k8s.io/v1beta1`. */
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

export interface CallOptions {
  namespace?: string;
  signal?: AbortSignal;
  /** Deadline of one attempt; 30 s unless set. */
  timeoutMs?: number;
}

export interface ListOptions extends CallOptions {
  labelSelector?: string;
  fieldSelector?: string;
}

/** A page of a list. */
export interface PageOptions extends ListOptions {
  /** Most objects in the answer; all there are unless set. */
  limit?: number;
  /** Where the page before this one ended. */
  continueFrom?: string;
}

export interface KubeList<T extends KubeObject> {
  items: T[];
  resourceVersion: string;
  /** Where the next page begins; absent where this is the last. */
  continueFrom?: string;
}

export interface DeleteOptions extends CallOptions {
  /** The object that is meant; another one of the same name is left alone (the call then counts as done). */
  uid?: string;
  /** With the uid: as it was read. One that has changed since is left, by `UnavailableError`. */
  resourceVersion?: string;
  propagation?: 'Background' | 'Foreground';
}

export type WatchEvent<T extends KubeObject> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T; receivedAtMs: number }
  /** The watch was begun anew from a list: `items` is all there is now; what is missing from it is gone. */
  | { type: 'RELISTED'; items: T[]; receivedAtMs: number };

export interface WatchOptions extends ListOptions {
  /** Only `metadata` of each object is sent (PartialObjectMetadata). */
  metadataOnly?: boolean;
  /** No byte, not even a bookmark, for so long: begin the watch again. 90 s unless set. */
  idleTimeoutMs?: number;
}

/** A watch that resumes by itself until it is stopped: list, watch on with bookmarks, relist on 410. */
export interface WatchHandle {
  /** Resolves when the first list has been delivered as RELISTED and the stream stands. */
  readonly started: Promise<void>;
  /** How often it was resumed after an end of the stream, and how often it had to list again. */
  readonly stats: { resumed: number; relisted: number };
  /** Settles when the watch is over: after stop(), or with the error that it could not get over. */
  readonly finished: Promise<void>;
  stop(): void;
}

export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Tries of calls, watches not among them. */
export interface CallCounts {
  calls: number;
  /** Found every connection taken, and waited for one inside this process. */
  queued: number;
  /** Answered 429. */
  throttled: number;
  /** By the uid of the priority level that served them; empty where the API server does not say. */
  priorityLevels: Record<string, number>;
}

export interface KubeClient {
  /** The object, or null where there is none. */
  get<T extends KubeObject>(resource: KubeResource, name: string, options?: CallOptions): Promise<T | null>;
  /** `metadata` alone of the object, or null. */
  getMetadata(resource: KubeResource, name: string, options?: CallOptions): Promise<KubeObject | null>;
  list<T extends KubeObject>(resource: KubeResource, options?: PageOptions): Promise<KubeList<T>>;
  /** POST. Throws `AlreadyExistsError` on 409 AlreadyExists (also when a repeat met its own first try). */
  create<T extends KubeObject>(resource: KubeResource, object: KubeObject, options?: CallOptions): Promise<T>;
  /** JSON merge patch; metadata.uid or resourceVersion in the patch makes it conditional. */
  mergePatch<T extends KubeObject>(
    resource: KubeResource,
    name: string,
    patch: Record<string, unknown>,
    options?: CallOptions,
  ): Promise<T>;
  /** Server-side apply with field manager `sandtide`; the caller knows that the object is ours and gives its uid. */
  applyOwned<T extends KubeObject>(
    resource: KubeResource,
    object: KubeObject & { metadata: { uid: string } },
    options?: CallOptions,
  ): Promise<T>;
  /** Absent is success. Does not wait for the object to be gone. */
  delete(resource: KubeResource, name: string, options?: DeleteOptions): Promise<void>;
  deleteCollection(
    resource: KubeResource,
    options: ListOptions & { propagation?: DeleteOptions['propagation'] },
  ): Promise<void>;
  watch<T extends KubeObject>(
    resource: KubeResource,
    options: WatchOptions,
    onEvent: (event: WatchEvent<T>) => void,
  ): WatchHandle;
  /** Runs a command in a pod's container and waits for its end. */
  exec(
    pod: { namespace: string; name: string; container?: string },
    command: string[],
    options?: CallOptions,
  ): Promise<ExecResult>;
  /** GET of a path as text, `/version` or `/metrics` for instance. */
  text(path: string, options?: CallOptions): Promise<string>;
  /** What this client's calls have met so far; left out by clients that don't count. */
  calls?(): CallCounts;
  /** How many TCP connections were opened so far; a test holds it small. */
  readonly connectionsOpened: number;
  close(): Promise<void>;
}
