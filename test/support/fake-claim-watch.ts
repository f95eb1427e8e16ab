import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject, WatchEvent, WatchHandle, WatchOptions } from '../../src/kubernetes/kube-client.ts';

/** One watch of the fake API: lists a moment after it was begun, then tells what it is told. */
export class FakeClaimWatch implements WatchHandle {
  readonly stats = { resumed: 0, relisted: 0 };
  readonly started: Promise<void>;
  readonly finished: Promise<void>;
  over = false;
  readonly #options: WatchOptions;
  readonly #all: () => KubeObject[];
  readonly #onEvent: (event: WatchEvent<KubeObject>) => void;
  readonly #end: (error: unknown) => void;
  readonly #settle: () => void;
  #hears = false;

  constructor(
    options: WatchOptions,
    all: () => KubeObject[],
    onEvent: (event: WatchEvent<KubeObject>) => void,
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#options = options;
    this.#all = all;
    this.#onEvent = onEvent;
    this.#settle = resolve;
    this.#end = reject;
    this.finished = promise;
    promise.catch(() => undefined);
    options.signal?.addEventListener('abort', () => this.fail(options.signal?.reason), { once: true });
    this.started = sleep(1).then(() => {
      options.signal?.throwIfAborted();
      this.#list();
    });
    this.started.catch(reject);
  }

  stop(): void {
    this.over = true;
    this.#settle();
  }

  fail(error: unknown): void {
    this.over = true;
    this.#end(error);
  }

  goDeaf(): void {
    this.#hears = false;
  }

  beginAnew(): void {
    this.stats.relisted += 1;
    this.#list();
  }

  tell(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    if (!this.#hears || this.over || !this.#selects(object)) return;
    this.#onEvent({ type, object: structuredClone(object), receivedAtMs: now() });
  }

  #list(): void {
    if (this.over) return;
    this.#hears = true;
    const items = this.#all().filter((object) => this.#selects(object));
    this.#onEvent({ type: 'RELISTED', items: structuredClone(items), receivedAtMs: now() });
  }

  /** `a=b,c=d`, which is all that the load driver uses. */
  #selects({ metadata }: KubeObject): boolean {
    return (this.#options.labelSelector ?? '').split(',').every((term) => {
      const [key = '', value] = term.split('=');
      return metadata.labels?.[key] === value;
    });
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
