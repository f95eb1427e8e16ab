import type { CallCounts } from './kube-client.ts';

/** Counts what calls meet on their way to the API server: connections that are all taken, and refusals to serve. */
export class CallCounter {
  readonly #connections: number;
  readonly #levels = new Map<string, number>();
  #underWay = 0;
  #calls = 0;
  #queued = 0;
  #throttled = 0;

  /** `connections`: how many calls can be under way at once; each connection carries one. */
  constructor(connections: number) {
    this.#connections = connections;
  }

  begun(): void {
    this.#calls += 1;
    this.#underWay += 1;
    if (this.#underWay > this.#connections) this.#queued += 1;
  }

  answered(status: number, priorityLevel: string | undefined): void {
    if (status === 429) this.#throttled += 1;
    if (priorityLevel !== undefined)
      this.#levels.set(priorityLevel, (this.#levels.get(priorityLevel) ?? 0) + 1);
  }

  /** Answered or not. */
  over(): void {
    this.#underWay -= 1;
  }

  counts(): CallCounts {
    return {
      calls: this.#calls,
      queued: this.#queued,
      throttled: this.#throttled,
      priorityLevels: Object.fromEntries(this.#levels),
    };
  }
}
