/** Moments of claims that are counted by time. `unready` is the end of one that never became ready. */
export const MOMENTS = ['due', 'sent', 'ready', 'unready', 'released'] as const;
export type Moment = (typeof MOMENTS)[number];
export type BinCounts = Record<Moment, number>;

const FIRST_BIN_MS = 250;
/** More than a chart has pixels for. */
const MOST_BINS = 240;

/** Counts by time in at most 240 bins of one width, which doubles whenever they don't reach. Holds no moment itself. */
export class TimeBins {
  #binMs = FIRST_BIN_MS;
  /** Of the first bin, in bins since 1970: bins of the next width are pairs of these. */
  #first = 0;
  #counts: BinCounts[] = [];

  count(what: Moment, atMs: number): void {
    let index = Math.floor(atMs / this.#binMs);
    while (this.#reach(index) > MOST_BINS) {
      this.#widen();
      index = Math.floor(atMs / this.#binMs);
    }
    if (this.#counts.length === 0) this.#first = index;
    while (index < this.#first) {
      this.#counts.unshift(none());
      this.#first -= 1;
    }
    while (index >= this.#first + this.#counts.length) this.#counts.push(none());
    this.#counts[index - this.#first]![what] += 1; // the loops above have made it
  }

  /** Null where nothing was counted. */
  result(): { binMs: number; counts: BinCounts[] } | null {
    return this.#counts.length === 0 ? null : { binMs: this.#binMs, counts: this.#counts };
  }

  /** How many bins there are once this one is. */
  #reach(index: number): number {
    if (this.#counts.length === 0) return 1;
    const last = Math.max(index, this.#first + this.#counts.length - 1);
    return last - Math.min(index, this.#first) + 1;
  }

  #widen(): void {
    const wide = new Map<number, BinCounts>();
    for (const [offset, counts] of this.#counts.entries()) {
      const index = Math.floor((this.#first + offset) / 2);
      const sum = wide.get(index) ?? none();
      for (const moment of MOMENTS) sum[moment] += counts[moment];
      wide.set(index, sum);
    }
    this.#binMs *= 2;
    this.#first = Math.floor(this.#first / 2);
    this.#counts = [...wide.values()];
  }
}

function none(): BinCounts {
  return { due: 0, sent: 0, ready: 0, unready: 0, released: 0 };
}
