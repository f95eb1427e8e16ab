import { durationMs } from '../domain/durations.ts';
import type { LoadSpec } from '../spec/load-schema.ts';
import { LONGEST_DWELL_MEANS } from '../domain/dwell-limit.ts';
import { randomStream } from './shapes/seeded-random.ts';

/** The first number of a dwell time's place among the random numbers; arrivals have others. */
const PLACE = 3;

/** How long claim `index` lives once it is ready and its workload over, in milliseconds; the same in each attempt. */
export function dwellMs({ dwell, dwellDistribution, arrivals }: LoadSpec, index: number): number {
  const meanMs = durationMs(dwell);
  if (dwellDistribution === 'constant' || meanMs === 0) return meanMs;
  const seed = arrivals.shape === 'poisson' ? arrivals.seed : 1;
  return meanMs * Math.min(LONGEST_DWELL_MEANS, randomStream([seed, PLACE, index]).exponential());
}

/** The longest that any claim dwells. */
export function longestDwellMs({ dwell, dwellDistribution }: LoadSpec): number {
  return durationMs(dwell) * (dwellDistribution === 'constant' ? 1 : LONGEST_DWELL_MEANS);
}

/** Claims that dwell, all of which can be let go at once. */
export class Dwelling {
  readonly #waiting = new Set<() => void>();
  #over = false;

  wait(ms: number): Promise<void> {
    if (this.#over || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#waiting.add(end);
    });
  }

  /** Ends every wait, and those that are still to come. */
  end(): void {
    this.#over = true;
    for (const end of [...this.#waiting]) end();
  }
}
