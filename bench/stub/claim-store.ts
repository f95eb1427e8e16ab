import { claimJson, newClaim } from './claim-objects.ts';
import type { SentClaim, StubClaim } from './claim-objects.ts';
import type { Selector } from './selector.ts';

/** One change, as watchers are told of it. */
export interface StoredEvent {
  version: number;
  namespace: string;
  labels: Record<string, string>;
  /** One line of a watch, with the newline: the whole object, or its metadata alone. */
  line(metadataOnly: boolean): string;
}

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** All claims, one version counter, and the last events, as etcd behind an API server keeps them. */
export class ClaimStore {
  readonly #claims = new Map<string, StubClaim>();
  readonly #events: (StoredEvent | undefined)[];
  readonly #onEvent: (event: StoredEvent, line: string) => void;
  #version = 1000;
  #written = 0;

  /** `onEvent` is called within the change, with the event's line. */
  constructor(eventsKept: number, onEvent: (event: StoredEvent, line: string) => void) {
    this.#events = Array.from({ length: eventsKept });
    this.#onEvent = onEvent;
  }

  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#claims.size;
  }

  find(namespace: string, name: string): StubClaim | null {
    return this.#claims.get(`${namespace}/${name}`) ?? null;
  }

  list(namespace: string | null, selects: Selector): StubClaim[] {
    return [...this.#claims.values()].filter(
      (claim) => (namespace === null || claim.namespace === namespace) && selects(claim.labels),
    );
  }

  add(sent: SentClaim, namespace: string, uid: string): StubClaim {
    const claim = newClaim(sent, namespace, uid, this.#version);
    this.#claims.set(`${namespace}/${claim.name}`, claim);
    this.#happened('ADDED', claim);
    return claim;
  }

  /** False where the very claim is gone meanwhile. */
  change(claim: StubClaim, change: (claim: StubClaim) => void): boolean {
    if (this.find(claim.namespace, claim.name) !== claim) return false;
    change(claim);
    this.#happened('MODIFIED', claim);
    return true;
  }

  remove(claim: StubClaim): void {
    this.#claims.delete(`${claim.namespace}/${claim.name}`);
    this.#happened('DELETED', claim);
  }

  /** Events after this version in order; null where some of them are no longer kept. */
  since(version: number): StoredEvent[] | null {
    const kept = this.#events.length;
    const found: StoredEvent[] = [];
    const eldest = Math.max(0, this.#written - kept);
    const first = this.#events[eldest % kept];
    if (first !== undefined && eldest > 0 && first.version > version + 1) return null;
    for (let index = this.#written - 1; index >= eldest; index -= 1) {
      const event = this.#events[index % kept];
      if (event === undefined || event.version <= version) break;
      found.push(event);
    }
    return found.reverse();
  }

  #happened(type: EventType, claim: StubClaim): void {
    this.#version += 1;
    claim.version = this.#version;
    const line = `{"type":"${type}","object":${claimJson(claim, false)}}\n`;
    const event = keptEvent(line, claim);
    this.#events[this.#written % this.#events.length] = event;
    this.#written += 1;
    this.#onEvent(event, line);
  }
}

/**
 * The line as of now, since the claim goes on changing. Kept as bytes: many thousand strings would be copied at each
 * collection, and the stub would stand still for 10 ms where its delays are to be true to the millisecond.
 */
function keptEvent(line: string, { version, namespace, labels }: StubClaim): StoredEvent {
  const bytes = Buffer.from(line);
  return {
    version,
    namespace,
    labels,
    line(metadataOnly) {
      const text = bytes.toString();
      if (!metadataOnly) return text;
      const { type, object } = JSON.parse(text) as { type: string; object: { metadata: unknown } };
      const partial = {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: object.metadata,
      };
      return `${JSON.stringify({ type, object: partial })}\n`;
    },
  };
}
