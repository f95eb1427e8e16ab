import type { ArrivalShape } from './arrival-shape.ts';
import { randomStream } from './seeded-random.ts';

/** So many arrivals are worked out at once. */
const BLOCK = 1024;

/**
 * A Poisson process of which length and number are known: as many points as asked, each anywhere in the stretch. So the
 * figures of the spec hold exactly, and the gaps between arrivals are those of a Poisson process of their rate.
 *
 * Arrivals are worked out in blocks, and where a block begins is found by halving: the middle one of n sorted points lies
 * at a Beta-distributed place between its neighbours. Each draw has its own place in the random numbers, so arrival
 * 5,000,000 takes a dozen draws and its block, whatever was asked before. `seed` may have several numbers.
 */
export function poissonShape(seed: readonly number[], lengthMs: number, arrivals: number): ArrivalShape {
  const blocks = Math.ceil(arrivals / BLOCK);
  /** The point before each block, of those that were needed so far; ends of the stretch included. */
  const edges = new Map<number, number>([
    [0, 0],
    [blocks, lengthMs],
  ]);
  /** The number of an edge's point: points are 1..arrivals, and the ends of the stretch are 0 and arrivals + 1. */
  const pointAt = (edge: number): number => (edge === blocks ? arrivals + 1 : edge * BLOCK);

  const edgeMs = (edge: number): number => {
    let [low, high] = [0, blocks];
    for (;;) {
      const known = edges.get(edge);
      if (known !== undefined) return known;
      const middle = Math.floor((low + high) / 2);
      const [from, to] = [edges.get(low) ?? 0, edges.get(high) ?? 0];
      if (!edges.has(middle)) {
        const [before, after] = [pointAt(middle) - pointAt(low), pointAt(high) - pointAt(middle)];
        edges.set(middle, from + (to - from) * randomStream([...seed, 1, middle]).beta(before, after));
      }
      if (edge > middle) low = middle;
      else high = middle;
    }
  };

  /** The points of a block: evenly spread between its edges, so their gaps are exponential ones, scaled to fit. */
  const worked = (block: number): number[] => {
    const [from, to] = [edgeMs(block), edgeMs(block + 1)];
    const stream = randomStream([...seed, 2, block]);
    const gaps = pointAt(block + 1) - pointAt(block);
    let sum = 0;
    const sums = Array.from({ length: gaps }, () => (sum += stream.exponential()));
    return sums.map((until, at) => (at === gaps - 1 ? to : from + (to - from) * (until / sum)));
  };

  let current = { block: -1, points: [] as number[] };
  const dueMs = (at: number): number => {
    const block = Math.floor(at / BLOCK);
    if (block !== current.block) current = { block, points: worked(block) };
    return current.points[at % BLOCK] ?? lengthMs;
  };
  return { arrivals, lengthMs, dueMs };
}
