import { LatencyRecorder } from '../../measure/histograms.ts';
import type { Series, Split } from '../../measure/histograms.ts';
import type { ClaimTimeline } from '../../measure/window-result.ts';
import type { Moment } from './time-bins.ts';
import { TimeBins } from './time-bins.ts';

/** What the charts of a load are drawn from: bounded, however many claims there were. */
export interface ClaimCurves {
  /** Width of a bin. */
  binSeconds: number;
  /** One after the other from the first claim due on, `atSeconds` being where a bin begins. */
  bins: { atSeconds: number; due: number; sent: number; ready: number; ended: number; live: number }[];
  /** Latency by how many claims were at most as slow. */
  quantiles: { series: Series; split: Split; below: number; ms: number }[];
}

/** The curves that are shown. */
const SHOWN: readonly (readonly [Series, Split])[] = [
  ['dueToReady', 'warm'],
  ['dueToReady', 'cold'],
  ['dueToSent', 'all'],
];

/** Evenly spread on the axis that gives each further nine the same room. */
const STEPS_PER_NINE = 12;

/** Collects claims one by one, in any order, and holds none of them. */
export class ClaimCurvesBuilder {
  readonly #bins = new TimeBins();
  readonly #latency = new LatencyRecorder();

  add(claim: ClaimTimeline): void {
    const at = (what: Moment, ms: number | null) => {
      if (ms !== null) this.#bins.count(what, ms);
    };
    at('due', claim.dueMs);
    at('sent', claim.sentMs);
    at('ready', claim.readyMs);
    at('released', claim.releasedMs);
    if (claim.readyMs === null && claim.sentMs !== null) at('unready', claim.releasedMs ?? claim.sentMs);
    const split = claim.launch === 'unknown' ? 'all' : claim.launch;
    const took = (series: Series, of: Split, from: number | null, to: number | null) => {
      if (from !== null && to !== null) this.#latency.record(series, of, (to - from) * 1000);
    };
    took('dueToReady', split, claim.dueMs, claim.readyMs);
    took('dueToSent', 'all', claim.dueMs, claim.sentMs);
  }

  /** Null where no claim was added. */
  result(): ClaimCurves | null {
    const bins = this.#bins.result();
    if (bins === null) return null;
    let live = 0;
    return {
      binSeconds: bins.binMs / 1000,
      bins: bins.counts.map(({ due, sent, ready, unready, released }, index) => {
        live += sent - released;
        return { atSeconds: (index * bins.binMs) / 1000, due, sent, ready, ended: ready + unready, live };
      }),
      quantiles: SHOWN.flatMap(([series, split]) => this.#quantiles(series, split)),
    };
  }

  #quantiles(series: Series, split: Split): ClaimCurves['quantiles'] {
    const histogram = this.#latency.histogram(series, split);
    if (histogram === null) return [];
    // Beyond 1 - 1/n every quantile is the largest value.
    const nines = Math.log10(Math.max(10, histogram.totalCount));
    const steps = Math.ceil(nines * STEPS_PER_NINE);
    return Array.from({ length: steps + 1 }, (_, step) => {
      const below = 1 - 10 ** ((-step / steps) * nines);
      return { series, split, below, ms: histogram.getValueAtPercentile(below * 100) / 1000 };
    });
  }
}
