import { LatencyRecorder, SERIES, SPLITS } from '../measure/histograms.ts';
import type { Series } from '../measure/histograms.ts';
import type { WindowLive } from '../measure/window-live.ts';
import type { ClaimCounts, ClaimTimeline, WindowResult } from '../measure/window-result.ts';
import { NO_CLAIMS } from '../measure/window-result.ts';

export type Tallied = Pick<
  WindowResult,
  | 'firstDueMs'
  | 'lastDueMs'
  | 'firstSentMs'
  | 'lastSentMs'
  | 'lastReadyMs'
  | 'counts'
  | 'errors'
  | 'histograms'
  | 'coldDue'
>;

/** Counts and latencies of ended claims. A claim's whole timeline goes in once and is not kept. */
export class ClaimTally {
  readonly #recorder = new LatencyRecorder();
  readonly #series: ReadonlySet<Series>;
  readonly #errors: Record<string, number> = {};
  readonly #counts: ClaimCounts;
  #firstDueMs: number | null = null;
  #lastDueMs: number | null = null;
  #firstSentMs: number | null = null;
  #lastSentMs: number | null = null;
  #lastReadyMs: number | null = null;
  #coldDue: { firstMs: number; lastMs: number } | null = null;

  /** `due`: arrivals, whatever becomes of them. `series`: the latencies that are kept; all unless given. */
  constructor(due: number, series: ReadonlySet<Series> = new Set(SERIES)) {
    this.#series = series;
    this.#counts = { ...NO_CLAIMS, due };
  }

  /** The load was changed: so many arrivals are there now. */
  set due(due: number) {
    this.#counts.due = due;
  }

  get counts(): Readonly<ClaimCounts> {
    return this.#counts;
  }

  ended(claim: ClaimTimeline): void {
    this.#count(claim);
    if (claim.sentMs !== null) {
      this.#firstDueMs = Math.min(this.#firstDueMs ?? claim.dueMs, claim.dueMs);
      this.#lastDueMs = Math.max(this.#lastDueMs ?? claim.dueMs, claim.dueMs);
      this.#firstSentMs = Math.min(this.#firstSentMs ?? claim.sentMs, claim.sentMs);
      this.#lastSentMs = Math.max(this.#lastSentMs ?? claim.sentMs, claim.sentMs);
    }
    if (claim.readyMs !== null)
      this.#lastReadyMs = Math.max(this.#lastReadyMs ?? claim.readyMs, claim.readyMs);
    this.#latency('dueToSent', claim, claim.dueMs, claim.sentMs);
    this.#latency('dueToReady', claim, claim.dueMs, claim.readyMs);
    this.#latency('sentToAcknowledged', claim, claim.sentMs, claim.acknowledgedMs);
    this.#latency('sentToBound', claim, claim.sentMs, claim.boundMs);
    this.#latency('boundToReady', claim, claim.boundMs, claim.readyMs);
    this.#latency('sentToReady', claim, claim.sentMs, claim.readyMs);
    // A failed exec ended when it failed: that says nothing about how long the work takes.
    if (claim.end === 'ready') this.#latency('exec', claim, claim.execStartedMs, claim.execEndedMs);
  }

  /** The delete of a claim that has ended was answered. Only whole lives count: those that ended ready. */
  released(claim: ClaimTimeline, atMs: number): void {
    if (claim.end !== 'ready') return;
    this.#latency('sentToReleased', claim, claim.sentMs, atMs);
    // The controller's stamp follows on the status that we wait for: only now has it surely had the time to come.
    const { observedMs = null, stampedMs = null } = claim;
    this.#latency('sentToStamped', claim, claim.sentMs, stampedMs);
    this.#latency('observedToStamped', claim, observedMs, stampedMs);
    if (stampedMs !== null)
      this.#latency('stampedToSeen', claim, stampedMs, Math.max(stampedMs, claim.readyMs ?? stampedMs));
  }

  /** For whoever watches: from due to ready, over all claims that ended so far. */
  dueToReadySoFar(): WindowLive['dueToReady'] {
    const latencies: WindowLive['dueToReady'] = {};
    for (const split of SPLITS) {
      const histogram = this.#recorder.histogram('dueToReady', split);
      if (histogram === null) continue;
      const ms = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
      latencies[split] = { p50Ms: ms(50), p99Ms: ms(99) };
    }
    return latencies;
  }

  result(): Tallied {
    return {
      firstDueMs: this.#firstDueMs,
      lastDueMs: this.#lastDueMs,
      firstSentMs: this.#firstSentMs,
      lastSentMs: this.#lastSentMs,
      lastReadyMs: this.#lastReadyMs,
      counts: { ...this.#counts },
      errors: { ...this.#errors },
      histograms: this.#recorder.encode(),
      ...(this.#coldDue === null ? {} : { coldDue: this.#coldDue }),
    };
  }

  #count(claim: ClaimTimeline): void {
    const counts = this.#counts;
    if (claim.end === 'not-submitted') {
      counts.notSubmitted += 1;
      return;
    }
    counts.submitted += 1;
    switch (claim.end) {
      case 'unknown':
        counts.unknown += 1;
        return;
      case 'ready':
        counts.ready += 1;
        counts[claim.launch === 'unknown' ? 'launchUnknown' : claim.launch] += 1;
        if (claim.launch === 'cold') this.#startedCold(claim.dueMs);
        return;
      case 'failed':
        counts.failed += 1;
        break;
      case 'timed-out':
        counts.timedOut += 1;
        break;
    }
    const reason = claim.reason ?? 'Unexplained';
    this.#errors[reason] = (this.#errors[reason] ?? 0) + 1;
  }

  #startedCold(dueMs: number): void {
    const { firstMs, lastMs } = this.#coldDue ?? { firstMs: dueMs, lastMs: dueMs };
    this.#coldDue = { firstMs: Math.min(firstMs, dueMs), lastMs: Math.max(lastMs, dueMs) };
  }

  /** What was not seen at both ends is not measured. */
  #latency(series: Series, claim: ClaimTimeline, fromMs: number | null, toMs: number | null): void {
    if (fromMs === null || toMs === null || !this.#series.has(series)) return;
    const micros = (toMs - fromMs) * 1000;
    this.#recorder.record(series, 'all', micros);
    if (claim.launch !== 'unknown') this.#recorder.record(series, claim.launch, micros);
  }
}
