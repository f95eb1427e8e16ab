import type { ClaimTimeline } from '../measure/window-result.ts';
import type { Bell } from './bell.ts';
import { epochMs } from './epoch-clock.ts';

/** A claim that did not become ready keeps its place for so long: a refusal must not grow into a flood of creates. */
const REST_MS = 1_000;

/** A steady number of live claims: which are sent, for how long, and how. */
export interface ClosedLoop {
  first: number;
  /** One past the last that may be sent. */
  end: number;
  /** From when claims are sent: of a window in the middle of a load, when the one before ends. Epoch milliseconds. */
  fromMs: number;
  /** When the last one may be sent, as the window stands now. */
  untilMs(): number;
  /** So many are kept alive. */
  keep: number;
  /** How many live now. */
  live(): number;
  send(index: number): void;
  rest: Resting;
  /** Rung whenever a claim is over. */
  bell: Bell;
  signal: AbortSignal;
}

/** Places of claims that failed and are not filled again at once. */
export class Resting {
  #untilMs: number[] = [];

  ended({ end }: Pick<ClaimTimeline, 'end'>): void {
    if (end === 'failed' || end === 'timed-out') this.#untilMs.push(epochMs() + REST_MS);
  }

  /** How many rest now. */
  count(): number {
    const nowMs = epochMs();
    this.#untilMs = this.#untilMs.filter((untilMs) => untilMs > nowMs);
    return this.#untilMs.length;
  }

  /** When the first of them may be filled again; Infinity where none rests. */
  get nextMs(): number {
    return this.#untilMs[0] ?? Infinity;
  }
}

/**
 * Sends a claim whenever fewer live than are to be kept alive. Resolves when time is up or the last one is sent, with the
 * number after its own; throws the signal's reason when aborted.
 */
export async function runClosedLoop(loop: ClosedLoop): Promise<number> {
  const { bell, signal, rest, fromMs } = loop;
  const ring = (): void => bell.ring();
  signal.addEventListener('abort', ring, { once: true });
  try {
    let index = loop.first;
    while (index < loop.end) {
      signal.throwIfAborted();
      const [nowMs, untilMs] = [epochMs(), loop.untilMs()];
      if (nowMs >= untilMs) break;
      if (nowMs < fromMs) {
        await bell.wait(fromMs - nowMs);
        continue;
      }
      if (loop.live() + rest.count() >= loop.keep) await bell.wait(Math.min(untilMs, rest.nextMs) - nowMs);
      else {
        loop.send(index);
        index += 1;
      }
    }
    signal.throwIfAborted();
    return index;
  } finally {
    signal.removeEventListener('abort', ring);
  }
}
