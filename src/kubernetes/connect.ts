import { ConflictError, UnavailableError, UnworkableError } from '../domain/errors.ts';
import { NotFoundError } from './api-errors.ts';
import type { Asked } from './api-errors.ts';
import { PATIENCE } from './backoff.ts';
import type { Patience } from './backoff.ts';
import { readCredentials } from './credentials.ts';
import { execInPod } from './exec.ts';
import type {
  CallOptions,
  DeleteOptions,
  KubeClient,
  KubeObject,
  KubeResource,
  WatchEvent,
  WatchOptions,
} from './kube-client.ts';
import { listObjects, watchSource } from './listing.ts';
import {
  METADATA_ONLY,
  applyCall,
  createCall,
  deleteCall,
  deleteCollectionCall,
  mergePatchCall,
  parseAnswer,
  readCall,
} from './requests.ts';
import { openTransport } from './transport.ts';
import type { Call } from './transport.ts';
import { startWatch } from './watch.ts';

/** What is known about a cluster at the moment of use; never in history. */
export interface ClusterAccess {
  /** The kubeconfig document itself. */
  kubeconfig: string;
}

/** For tests and unusual clusters; every value has a default. */
export interface ConnectTuning {
  patience?: Partial<Patience>;
  /** Calls on their way at a time; more wait their turn. */
  callConnections?: number;
}

/** An API server answers a create in some milliseconds: 16 at a time are more than one worker sends. */
const CALL_CONNECTIONS = 16;
/** Each watch holds one for its whole life, and one too many would wait unseen: so there is room to spare. */
const WATCH_CONNECTIONS = 64;

/**
 * A client for one cluster, which the caller closes. Nothing is sent before the first call.
 * Throws `UnworkableError` for a kubeconfig that can't be used.
 */
export function connect(access: ClusterAccess, tuning: ConnectTuning = {}): KubeClient {
  const credentials = readCredentials(access.kubeconfig);
  const patience = { ...PATIENCE, ...tuning.patience };
  const transport = openTransport(credentials, {
    patience,
    callConnections: tuning.callConnections ?? CALL_CONNECTIONS,
    watchConnections: WATCH_CONNECTIONS,
  });
  let execs = 0;

  async function send<T>(call: Call, options: CallOptions): Promise<T> {
    return parseAnswer(call, await transport.send(call, options)) as T;
  }

  /** For changes that may name the uid that they mean. */
  async function sendFor<T>(call: Call, options: CallOptions): Promise<T> {
    return send<T>(call, options).catch((error: unknown) => {
      throw wrongUid(call, error);
    });
  }

  async function read<T extends KubeObject>(
    resource: KubeResource,
    name: string,
    options: CallOptions,
    accept?: string,
  ): Promise<T | null> {
    return send<T>(readCall(resource, name, options, accept), options).catch(nullWhereAbsent);
  }

  async function readMetadata(resource: KubeResource, name: string, options: CallOptions) {
    const found = await read(resource, name, options, METADATA_ONLY);
    return found && { ...found, apiVersion: resource.apiVersion, kind: resource.kind };
  }

  async function deleteOne(resource: KubeResource, name: string, options: DeleteOptions): Promise<void> {
    const call = deleteCall(resource, name, options);
    try {
      await transport.send(call, options);
    } catch (error) {
      if (error instanceof NotFoundError) return;
      if (!(error instanceof ConflictError) || options.uid === undefined) throw error;
      const now = await readMetadata(resource, name, options);
      if (now === null || now.metadata.uid !== options.uid) return;
      throw new UnavailableError({
        object: call.object,
        what: 'delete met a conflict though it is the object that was meant',
        next: 'try again: somebody else is changing it',
        cause: error,
      });
    }
  }

  return {
    get: async (resource, name, options = {}) => read(resource, name, options),
    getMetadata: async (resource, name, options = {}) => readMetadata(resource, name, options),
    list: async (resource, options = {}) => listObjects(transport, resource, options),
    create: async (resource, object, options = {}) => send(createCall(resource, object, options), options),
    async mergePatch<T extends KubeObject>(
      resource: KubeResource,
      name: string,
      patch: Record<string, unknown>,
      options: CallOptions = {},
    ) {
      return sendFor<T>(mergePatchCall(resource, name, patch, options), options);
    },
    async applyOwned<T extends KubeObject>(
      resource: KubeResource,
      object: KubeObject,
      options: CallOptions = {},
    ) {
      return sendFor<T>(applyCall(resource, object, options), options);
    },
    delete: async (resource, name, options = {}) => deleteOne(resource, name, options),
    async deleteCollection(resource, options) {
      await transport.send(deleteCollectionCall(resource, options), options).catch(nullWhereAbsent);
    },
    watch<T extends KubeObject>(
      resource: KubeResource,
      options: WatchOptions,
      onEvent: (event: WatchEvent<T>) => void,
    ) {
      return startWatch(watchSource<T>(transport, resource, options), options, onEvent, patience);
    },
    async exec(pod, command, options = {}) {
      execs++;
      return execInPod(credentials.kubeConfig(), pod, command, options);
    },
    async text(path, options = {}) {
      return transport.send(
        { verb: 'get', object: path, method: 'GET', path, accept: '*/*', repeatable: true },
        options,
      );
    },
    calls: () => transport.calls(),
    get connectionsOpened() {
      return transport.connectionsOpened + execs;
    },
    close: async () => transport.close(),
  };
}

function nullWhereAbsent(error: unknown): null {
  if (error instanceof NotFoundError) return null;
  throw error;
}

/** The API server calls a wrong uid an invalid value (422); to the caller it is somebody else's object. */
function wrongUid(asked: Asked, error: unknown): unknown {
  if (!(error instanceof UnworkableError) || !/\bmetadata\.uid\b/.test(error.message)) return error;
  return new ConflictError({
    object: asked.object,
    what: `${asked.verb} was refused: the object there is not the one that was meant`,
    next: 'read it again and compare its owner',
    cause: error,
  });
}
