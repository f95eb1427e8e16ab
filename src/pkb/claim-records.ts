import type { ClaimTimeline } from '../measure/window-result.ts';
import { errorType } from './error-type.ts';
import { GrowingValues } from './growing-values.ts';

/** What a claim that did not succeed counts as; of very many kinds the rest is counted together. */
const MOST_ERROR_TYPES = 50;
const OTHER_ERRORS = 'Other';

/**
 * The records that PerfKitBenchmarker's metrics are made of, gathered from timelines in any order; times in seconds.
 * Each claim that was sent is one. A claim succeeded if it ended ready: one whose exec failed did not.
 */
export class ClaimRecords {
  readonly startups = new GrowingValues();
  readonly execs = new GrowingValues();
  readonly lifecycles = new GrowingValues();
  readonly errors = new Map<string, number>();
  submitted = 0;
  successes = 0;
  warm = 0;
  firstSentMs = Infinity;
  lastSentMs = -Infinity;
  lastReadyMs = -Infinity;

  add(claim: ClaimTimeline): void {
    if (claim.end === 'not-submitted') return;
    this.submitted += 1;
    const { sentMs, readyMs, execStartedMs, execEndedMs, releasedMs } = claim;
    if (sentMs !== null) {
      this.firstSentMs = Math.min(this.firstSentMs, sentMs);
      this.lastSentMs = Math.max(this.lastSentMs, sentMs);
    }
    if (claim.end !== 'ready') {
      this.#failed(errorType(claim.end, claim.reason));
      return;
    }
    this.successes += 1;
    if (claim.launch === 'warm') this.warm += 1;
    if (readyMs !== null) this.lastReadyMs = Math.max(this.lastReadyMs, readyMs);
    if (sentMs !== null && readyMs !== null) this.startups.push((readyMs - sentMs) / 1000);
    if (execStartedMs === null || execEndedMs === null) return;
    this.execs.push((execEndedMs - execStartedMs) / 1000);
    if (sentMs !== null && releasedMs !== null) this.lifecycles.push((releasedMs - sentMs) / 1000);
  }

  #failed(type: string): void {
    const isNew = !this.errors.has(type) && this.errors.size >= MOST_ERROR_TYPES;
    const key = isNew ? OTHER_ERRORS : type;
    this.errors.set(key, (this.errors.get(key) ?? 0) + 1);
  }
}
