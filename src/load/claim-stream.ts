import { TimedOutError } from '../domain/errors.ts';
import { formatDuration } from '../domain/durations.ts';
import type { KubeClient, KubeObject, WatchEvent, WatchHandle } from '../kubernetes/kube-client.ts';
import { RESOURCES } from '../kubernetes/resources.ts';

/**
 * The one watch over all claims of a window. Until it is handed over it only keeps what is there, so that nothing is
 * missed between the first list and the moment when a driver is ready to listen.
 */
export class ClaimStream {
  readonly #present = new Map<string, KubeObject>();
  readonly #watch: WatchHandle;
  #observer: ((event: WatchEvent<KubeObject>) => void) | null = null;
  #emptied: (() => void) | null = null;

  constructor(kube: KubeClient, where: { namespace: string; labelSelector: string; signal: AbortSignal }) {
    this.#watch = kube.watch<KubeObject>(RESOURCES.SandboxClaim, where, (event) => {
      if (this.#observer === null) this.#keep(event);
      else this.#observer(event);
    });
  }

  /** See `WatchHandle`. */
  get started(): Promise<void> {
    return this.#watch.started;
  }

  get finished(): Promise<void> {
    return this.#watch.finished;
  }

  get stats(): { resumed: number; relisted: number } {
    return this.#watch.stats;
  }

  /** What is there, by name; as good as the last event before the hand-over. */
  get present(): ReadonlyMap<string, KubeObject> {
    return this.#present;
  }

  /** From now on every event goes to `observer`. Take `present` in the same turn of the event loop. */
  handOver(observer: (event: WatchEvent<KubeObject>) => void): void {
    this.#observer = observer;
    this.#present.clear();
  }

  /** Resolves when nothing is there any more; only before the hand-over. Throws TimedOutError, or the signal's reason. */
  async emptied(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => reject(signal.reason);
    const timer = setTimeout(() => reject(this.#stillThere(timeoutMs)), timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    this.#emptied = resolve;
    if (this.#present.size === 0) resolve();
    if (signal.aborted) abort();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      this.#emptied = null;
    }
  }

  /** Stops the watch; resolves when it is over, however it ended. */
  async end(): Promise<void> {
    this.#watch.stop();
    await this.#watch.finished.catch(() => undefined);
  }

  #keep(event: WatchEvent<KubeObject>): void {
    if (event.type === 'RELISTED') {
      this.#present.clear();
      for (const item of event.items) this.#present.set(item.metadata.name, item);
    } else if (event.type === 'DELETED') {
      this.#present.delete(event.object.metadata.name);
    } else {
      this.#present.set(event.object.metadata.name, event.object);
    }
    if (this.#present.size === 0) this.#emptied?.();
  }

  #stillThere(timeoutMs: number): TimedOutError {
    const [first] = this.#present.keys();
    return new TimedOutError({
      object: `SandboxClaim ${first ?? ''}`,
      what: `is still there ${formatDuration(timeoutMs)} after its delete, with ${this.#present.size - 1} more of this window`,
      next: 'look for finalizers on it',
    });
  }
}
