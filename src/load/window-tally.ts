import type { Series } from '../measure/histograms.ts';
import type { ClaimTimeline, PhaseResult, WindowResult } from '../measure/window-result.ts';
import type { Tallied } from './claim-tally.ts';
import { ClaimTally } from './claim-tally.ts';

/** What is told of each phase. All series of twenty phases would be more than a window may return. */
const SERIES_BY_PHASE: ReadonlySet<Series> = new Set(['dueToSent', 'dueToReady', 'sentToReady']);

/** Counts and latencies of a window's ended claims, those of all and those of each phase that one of them belongs to. */
export class WindowTally extends ClaimTally {
  readonly #phases = new Map<string, ClaimTally>();

  override ended(claim: ClaimTimeline): void {
    super.ended(claim);
    const { phase } = claim;
    if (phase === undefined) return;
    const tally = this.#phases.get(phase) ?? new ClaimTally(0, SERIES_BY_PHASE);
    this.#phases.set(phase, tally);
    tally.ended(claim);
    tally.due = tally.counts.submitted + tally.counts.notSubmitted;
  }

  override result(): Tallied & Pick<WindowResult, 'phases'> {
    const phases = [...this.#phases].map(([phase, tally]): PhaseResult => {
      const { errors: _, ...result } = tally.result();
      return { phase, ...result };
    });
    return { ...super.result(), ...(phases.length === 0 ? {} : { phases }) };
  }
}
