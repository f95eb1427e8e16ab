import type { ClaimTimeline } from '../measure/window-result.ts';
import type { ComparedMetric } from './comparison.ts';

/** One figure that each claim has, or has not. */
export interface ClaimMetric {
  metric: string;
  unit: Extract<ComparedMetric['unit'], 'ms' | 'fraction'>;
  decides: boolean;
  /** Where more of it is the better. */
  moreIsBetter: boolean;
  /** Null for a claim that says nothing of it. */
  of(claim: ClaimTimeline): number | null;
}

type Moment =
  | 'dueMs'
  | 'sentMs'
  | 'acknowledgedMs'
  | 'boundMs'
  | 'readyMs'
  | 'execStartedMs'
  | 'execEndedMs'
  | 'releasedMs';

const LATENCIES: [series: string, from: Moment, to: Moment][] = [
  ['dueToReady', 'dueMs', 'readyMs'],
  ['sentToReady', 'sentMs', 'readyMs'],
  ['sentToBound', 'sentMs', 'boundMs'],
  ['boundToReady', 'boundMs', 'readyMs'],
  ['exec', 'execStartedMs', 'execEndedMs'],
  ['sentToReleased', 'sentMs', 'releasedMs'],
];

/**
 * All that is compared. The verdict rests on what a user waits for, and on whether it came at all; the stages of a claim's
 * life say where a difference comes from.
 */
export const CLAIM_METRICS: ClaimMetric[] = [
  ...LATENCIES.flatMap(([series, from, to]) =>
    (['all', 'warm', 'cold'] as const).map((split) => latency(series, split, from, to)),
  ),
  latency('sentToAcknowledged', 'all', 'sentMs', 'acknowledgedMs'),
  latency('lateness', 'all', 'dueMs', 'sentMs'),
  {
    metric: 'failedFraction',
    unit: 'fraction',
    decides: true,
    moreIsBetter: false,
    of: ({ end, sentMs }) => (sentMs === null ? null : Number(end === 'failed' || end === 'timed-out')),
  },
  {
    metric: 'warmFraction',
    unit: 'fraction',
    decides: true,
    moreIsBetter: true,
    of: ({ end, launch }) => (end === 'ready' ? Number(launch === 'warm') : null),
  },
];

function latency(series: string, split: 'all' | 'warm' | 'cold', from: Moment, to: Moment): ClaimMetric {
  return {
    metric: split === 'all' && series === 'lateness' ? series : `${series} ${split}`,
    unit: 'ms',
    decides: series === 'dueToReady',
    moreIsBetter: false,
    of: (claim) => {
      const [start, end] = [claim[from], claim[to]];
      if (start === null || end === null || (split !== 'all' && claim.launch !== split)) return null;
      return end - start;
    },
  };
}
