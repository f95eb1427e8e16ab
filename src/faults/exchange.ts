import type { WatchFault } from './schema.ts';

/** One call that came in and waits for what becomes of it. An ordinary request, or an upgrade (exec). */
export interface Exchange {
  /** Aborted when the caller has its answer, has gone, or was cut off. */
  readonly closed: AbortSignal;
  /** Answers in the API server's place. */
  refuse(answer: OwnAnswer): void;
  /** Resets the caller's connection. */
  reset(): void;
  /**
   * Sends the call on; resolves when the head of the answer is there, and with it the call has taken effect.
   * Rejects where there is none. What is still to come of it is let go when the exchange is closed.
   */
  forward(): Promise<Answer>;
}

/** The API server's answer, of which the caller has seen nothing yet. */
export interface Answer {
  readonly status: number;
  /** Gives it to the caller as it comes in; a watch perhaps with an end of our own. Resolves when that is over. */
  pass(ending: WatchEnding | null): Promise<void>;
}

/** How a watch is to end, and what to tell when it was really us who ended it. */
export interface WatchEnding {
  fault: WatchFault;
  happened: () => void;
}

export interface OwnAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
