import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Histogram } from 'hdr-histogram-js';

/** The latencies that are kept, each as a histogram in microseconds. `due` is when a claim should have been sent. */
export const SERIES = [
  'dueToSent',
  'dueToReady',
  'sentToAcknowledged',
  'sentToBound',
  'boundToReady',
  'sentToReady',
  'exec',
  'sentToReleased',
  'sentToStamped',
  'observedToStamped',
  'stampedToSeen',
] as const;
export type Series = (typeof SERIES)[number];

/**
 * By the controller's own stamps on the claim, beside what we saw. `observed` is its first look at the claim and `stamped`
 * when it wrote down that the claim was ready, a moment after it was; `stampedToSeen` is 0 where we saw that before.
 */
export type ClockSeries = 'sentToStamped' | 'observedToStamped' | 'stampedToSeen';

/** `all` holds every claim; warm and cold hold theirs. */
export const SPLITS = ['all', 'warm', 'cold'] as const;
export type Split = (typeof SPLITS)[number];

/** HDR histograms, compressed and base64-encoded, by `<series>.<split>`; empty ones are left out. */
export type EncodedHistograms = Partial<Record<`${Series}.${Split}`, string>>;

/** One hour in microseconds: the longest latency that is told apart. */
export const LONGEST_MICROS = 3_600_000_000;

const EMPTY = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: LONGEST_MICROS,
  numberOfSignificantValueDigits: 3,
  bitBucketSize: 32,
  autoResize: false,
  useWebAssembly: false,
} as const;

/** Latencies of one window or of many, in microseconds with three significant digits. */
export class LatencyRecorder {
  readonly #histograms = new Map<`${Series}.${Split}`, Histogram>();
  #clamped = 0;

  /** How many values were out of range; they are counted at the range's end (0 or one hour), never dropped. */
  get clamped(): number {
    return this.#clamped;
  }

  /** Counts one latency. A NaN is our own bug and throws RangeError. */
  record(series: Series, split: Split, micros: number): void {
    if (Number.isNaN(micros)) throw new RangeError(`${series}.${split}: not a latency`);
    const whole = Math.min(LONGEST_MICROS, Math.max(0, Math.round(micros)));
    if (micros < 0 || micros > LONGEST_MICROS) this.#clamped += 1;
    this.#of(series, split).recordValue(whole);
  }

  /** The histogram to read percentiles from, or null where nothing was recorded. */
  histogram(series: Series, split: Split): Histogram | null {
    return this.#histograms.get(`${series}.${split}`) ?? null;
  }

  /** All that was recorded, JSON-safe; some two kilobytes a histogram. */
  encode(): EncodedHistograms {
    const encoded: EncodedHistograms = {};
    for (const [key, histogram] of this.#histograms) encoded[key] = encodeIntoCompressedBase64(histogram);
    return encoded;
  }

  /** Adds what other recorders had encoded. */
  merge(parts: readonly EncodedHistograms[]): void {
    for (const part of parts) {
      for (const series of SERIES) {
        for (const split of SPLITS) {
          const text = part[`${series}.${split}`];
          if (text !== undefined) this.#of(series, split).add(decodeFromCompressedBase64(text, 32, false));
        }
      }
    }
  }

  #of(series: Series, split: Split): Histogram {
    const key = `${series}.${split}` as const;
    const known = this.#histograms.get(key);
    if (known !== undefined) return known;
    const fresh = build(EMPTY);
    this.#histograms.set(key, fresh);
    return fresh;
  }
}
