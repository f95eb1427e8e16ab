import type { Cluster } from './rank-effect.ts';
import { sorted } from './rank-effect.ts';

/** A side of a comparison: its runs, each in stretches of consecutive claims. */
export type Stretches = readonly (readonly Cluster[])[];

/** B's percentile as a multiple of A's, and between what it lies with a confidence of 99 %. */
export interface PercentileShift {
  ratio: number;
  low: number;
  high: number;
}

const DRAWS = 1000;
const OUTSIDE = 0.01;
/** Of a longer stretch so many samples stand for all, evenly spread over its ranks: enough for a 99th percentile. */
const MOST_OF_A_STRETCH = 400;

/** Nearest-rank percentile of a rising list; NaN of an empty one. */
export function percentile(values: Float64Array, percent: number): number {
  return values[Math.max(0, Math.ceil((percent / 100) * values.length) - 1)] ?? Number.NaN;
}

/**
 * The shift of a percentile with its interval by bootstrap: runs are drawn first, then stretches of each, so that both
 * the differences from run to run and the swings within one widen it. Of a single run only the latter are known. Draws
 * are seeded: the same samples always give the same interval.
 */
export function percentileShift(a: Stretches, b: Stretches, percent: number): PercentileShift {
  const [urnA, urnB] = [urnOf(a.map(thinned)), urnOf(b.map(thinned))];
  const random = seeded(percent);
  const ratios = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw += 1) {
    ratios[draw] = drawn(urnB, random, percent) / drawn(urnA, random, percent);
  }
  ratios.sort();
  return {
    ratio: percentile(sorted(b.flat()), percent) / percentile(sorted(a.flat()), percent),
    low: percentile(ratios, (OUTSIDE / 2) * 100),
    high: percentile(ratios, (1 - OUTSIDE / 2) * 100),
  };
}

/** A side made ready for many draws: no sample is sorted or copied again. */
interface Urn {
  /** Of each run, which stretches are its own. */
  runs: number[][];
  sizes: number[];
  /** All samples, rising; and of each stretch, how many of its own are at most the sample at that place. */
  values: Float64Array;
  upTo: Uint32Array[];
}

function urnOf(runs: Stretches): Urn {
  const stretches = runs.flat();
  const values = sorted(stretches);
  const upTo = stretches.map((stretch) => {
    const rising = Float64Array.from(stretch).sort();
    let own = 0;
    return Uint32Array.from(values, (value) => {
      while (own < rising.length && (rising[own] ?? 0) <= value) own += 1;
      return own;
    });
  });
  let next = 0;
  return {
    runs: runs.map((run) => run.map(() => next++)),
    sizes: stretches.map(({ length }) => length),
    values,
    upTo,
  };
}

/** The percentile of as many runs, each of as many stretches, as there are, drawn with putting back. */
function drawn({ runs, sizes, values, upTo }: Urn, random: () => number, percent: number): number {
  const times = new Uint32Array(sizes.length);
  let total = 0;
  for (let index = 0; index < runs.length; index += 1) {
    const run = runs[Math.floor(random() * runs.length)] ?? [];
    for (let part = 0; part < run.length; part += 1) {
      const stretch = run[Math.floor(random() * run.length)] ?? 0;
      times[stretch] = (times[stretch] ?? 0) + 1;
      total += sizes[stretch] ?? 0;
    }
  }
  const rank = Math.ceil((percent / 100) * total);
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    let below = 0;
    for (let stretch = 0; stretch < times.length; stretch += 1) {
      below += (times[stretch] ?? 0) * (upTo[stretch]?.[middle] ?? 0);
    }
    if (below >= rank) high = middle;
    else low = middle + 1;
  }
  return values[low] ?? Number.NaN;
}

function thinned(run: readonly Cluster[]): Cluster[] {
  const longest = Math.max(...run.map(({ length }) => length));
  // All stretches by the same measure, or a short one would weigh as much as a long one.
  const step = Math.max(1, longest / MOST_OF_A_STRETCH);
  return run.map((stretch) => {
    const rising = Float64Array.from(stretch).sort();
    const size = Math.ceil(rising.length / step);
    return Float64Array.from(
      { length: size },
      (_, index) => rising[Math.floor((index + 0.5) * (rising.length / size))] ?? 0,
    );
  });
}

/** Mulberry32: small, quick, and good enough to draw with. Numbers from 0 to 1. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
