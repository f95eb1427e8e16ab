import { epochMs } from './epoch-clock.ts';

/** Bounds how many claims live at once. What has to wait starts in order of arrival, and its wait is counted. */
export class LiveLimit {
  readonly #most: number;
  readonly #left: () => void;
  readonly #waiting: { start: () => void; sinceMs: number }[] = [];
  #head = 0;
  #live = 0;
  #peak = 0;
  #delayed = 0;
  #longestDelayMs = 0;

  /** `left` is called whenever a claim is over. */
  constructor(most: number, left: () => void = () => undefined) {
    this.#most = most;
    this.#left = left;
  }

  get live(): number {
    return this.#live;
  }

  get peak(): number {
    return this.#peak;
  }

  /** Arrivals that had to wait, and the longest such wait, of those still waiting too. */
  get delays(): { delayed: number; longestDelayMs: number } {
    const eldest = this.#waiting[this.#head];
    const waitingMs = eldest === undefined ? 0 : epochMs() - eldest.sinceMs;
    return { delayed: this.#delayed, longestDelayMs: Math.max(this.#longestDelayMs, waitingMs) };
  }

  /** Calls `start` now where there is room, else as soon as there is. Each start is one live claim until `leave`. */
  enter(start: () => void): void {
    if (this.#live < this.#most) {
      this.occupy();
      start();
      return;
    }
    this.#delayed += 1;
    this.#waiting.push({ start, sinceMs: epochMs() });
  }

  /** Counts a claim that lives already, whether or not there is room for it. */
  occupy(): void {
    this.#live += 1;
    this.#peak = Math.max(this.#peak, this.#live);
  }

  leave(): void {
    this.#live -= 1;
    this.#left();
    const next = this.#waiting[this.#head];
    if (next === undefined || this.#live >= this.#most) return;
    this.#head += 1;
    // Shifted in bulk: a queue of thousands is moved seldom.
    if (this.#head > 1024) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    this.#longestDelayMs = Math.max(this.#longestDelayMs, epochMs() - next.sinceMs);
    this.occupy();
    next.start();
  }
}
