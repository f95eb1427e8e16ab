/**
 * Random numbers by address: the same seed and place give the same stream, on every machine and in every version. A
 * library's stream might change with its next release, and two runs of one seed would no longer meet the same load.
 */
export interface RandomStream {
  /** Above 0, below 1, evenly spread. */
  uniform(): number;
  /** Mean 0, deviation 1. */
  normal(): number;
  /** Mean 1. */
  exponential(): number;
  /** Where the `a`-th smallest of `a + b - 1` evenly spread numbers lies; a and b of at least 1. */
  beta(a: number, b: number): number;
}

/** The stream of one place, which whole numbers tell: a seed, and whatever comes after it. */
export function randomStream(place: readonly number[]): RandomStream {
  const bits = sfc32(address(place));
  const uniform = (): number => {
    const high = bits() >>> 5;
    const low = bits() >>> 6;
    return (high * 67_108_864 + low + 0.5) / 9_007_199_254_740_992;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const gamma = (shape: number): number => marsagliaTsang(shape, uniform, normal);
  return {
    uniform,
    normal,
    exponential: () => -Math.log(uniform()),
    beta: (a, b) => {
      const part = gamma(a);
      return part / (part + gamma(b));
    },
  };
}

/** G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables" (2000); for shapes of at least 1. */
function marsagliaTsang(shape: number, uniform: () => number, normal: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Chris Doty-Humphrey's small fast counter: 128 bits of state, of which 32 count. */
function sfc32(state: readonly [number, number, number]): () => number {
  let [a, b, c] = state;
  let counter = 1;
  const next = (): number => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + out) | 0;
    return out >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) next();
  return next;
}

/** Three words that differ wherever one number of the address does. */
function address(place: readonly number[]): [number, number, number] {
  const words: [number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162];
  for (const number of place) {
    for (const half of [number % 4_294_967_296, Math.floor(number / 4_294_967_296)]) {
      words.forEach((word, at) => (words[at] = mixed(word ^ mixed((half | 0) + at * 0x6d2b79f5))));
    }
  }
  return words;
}

/** The finaliser of MurmurHash3. */
function mixed(word: number): number {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
