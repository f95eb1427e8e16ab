import type { StubStream } from './exchange.ts';
import type { Selector } from './selector.ts';
import type { StoredEvent } from './claim-store.ts';

/** What one watch asked for. */
export interface WatchRequest {
  namespace: string | null;
  selects: Selector;
  metadataOnly: boolean;
  bookmarks: boolean;
  timeoutSeconds: number | null;
}

interface Watcher extends WatchRequest {
  stream: StubStream;
  /** Lines that were not written yet; they go out together at the end of this turn of the event loop. */
  unwritten: string;
}

/** All open watches, and what each of them is still to be told. */
export class Watchers {
  readonly #open = new Set<Watcher>();
  readonly #timing: { bookmarkEveryMs: number; cutEveryMs: number | null };
  readonly #version: () => number;
  #flushing = false;
  opened = 0;
  cut = 0;

  /** `version`: the store's, for bookmarks. */
  constructor(timing: { bookmarkEveryMs: number; cutEveryMs: number | null }, version: () => number) {
    this.#timing = timing;
    this.#version = version;
  }

  /** Tells what is `first`, then whatever happens, until the client goes, the time is over or the stream is cut. */
  add(request: WatchRequest, stream: StubStream, first: readonly string[]): void {
    const watcher: Watcher = { ...request, stream, unwritten: first.join('') };
    this.#open.add(watcher);
    this.opened += 1;
    const timers: NodeJS.Timeout[] = [];
    const leave = (): void => {
      this.#open.delete(watcher);
      for (const timer of timers) clearTimeout(timer);
    };
    stream.onClosed(leave);
    if (request.bookmarks) {
      timers.push(setInterval(() => this.#bookmark(watcher), this.#timing.bookmarkEveryMs));
    }
    if (request.timeoutSeconds !== null) {
      timers.push(setTimeout(() => this.#end(watcher, leave), request.timeoutSeconds * 1000));
    }
    if (this.#timing.cutEveryMs !== null) {
      timers.push(setTimeout(() => this.#cut(watcher, leave), this.#timing.cutEveryMs));
    }
    this.#flushSoon();
  }

  /** `line` is the event's own, of whole objects. */
  tell(event: StoredEvent, line: string): void {
    for (const watcher of this.#open) {
      if (watcher.namespace !== null && watcher.namespace !== event.namespace) continue;
      if (watcher.selects(event.labels)) {
        watcher.unwritten += watcher.metadataOnly ? event.line(true) : line;
      }
    }
    this.#flushSoon();
  }

  #bookmark(watcher: Watcher): void {
    watcher.unwritten += bookmarkLine(this.#version());
    this.#flushSoon();
  }

  /** As the API server ends a watch: a bookmark first, so that the next one begins where this one ended. */
  #end(watcher: Watcher, leave: () => void): void {
    leave();
    const last = watcher.bookmarks ? bookmarkLine(this.#version()) : '';
    if (watcher.unwritten + last !== '') watcher.stream.write(watcher.unwritten + last);
    watcher.stream.end();
  }

  /** What was not written yet is lost on this stream. */
  #cut(watcher: Watcher, leave: () => void): void {
    leave();
    this.cut += 1;
    watcher.stream.cut();
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      for (const watcher of this.#open) {
        if (watcher.unwritten === '') continue;
        watcher.stream.write(watcher.unwritten);
        watcher.unwritten = '';
      }
    });
  }
}

function bookmarkLine(version: number): string {
  const metadata = { resourceVersion: String(version), creationTimestamp: null };
  const object = { kind: 'SandboxClaim', apiVersion: 'extensions.agents.x-k8s.io/v1beta1', metadata };
  return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`;
}
