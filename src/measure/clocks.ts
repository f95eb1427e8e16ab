import type { Series, Split } from './histograms.ts';
import type { RunSummary } from './summary.ts';

/** Figures of a histogram of the controller's, by launch type. */
type ByLaunchType = Record<string, { count: number; meanMs: number; p50Ms: number; p99Ms: number }>;
export interface ControllerFigures {
  byLaunchType: ByLaunchType;
  client?: { byLaunchType: ByLaunchType } | null;
}

/** One interval by one clock. JSON-safe. */
export interface ClockRow {
  interval: 'sent to ready' | 'first seen to ready';
  /** `ours`; the controller's stamps on each claim; or its histogram, of which only count and mean are exact. */
  clock: 'ours' | 'stamps' | 'histogram';
  launch: Split;
  count: number;
  meanMs: number;
  p50Ms: number;
  p99Ms: number;
}

/** Means further apart than both of these are no rounding any more: the stamp itself follows readiness by some of it. */
const APART_MS = 50;
const APART_FRACTION = 0.1;
/** A clock that has seen fewer of the claims measures others than ours does. */
const SAME_CLAIMS = 0.95;
/** The controller's stamp is written after the status that we wait for: to see that so late is the watch's doing. */
const SEEN_LATE_P99_MS = 250;

/** The same claims by three clocks, warm and cold apart; what nobody measured is left out. */
export function clockRows({ latency }: RunSummary, controller: ControllerFigures | null): ClockRow[] {
  return (['warm', 'cold'] as const).flatMap((launch) => {
    const ofSeries = (interval: ClockRow['interval'], clock: ClockRow['clock'], series: Series) =>
      row(interval, clock, launch, latency[series]?.[launch]);
    return [
      ...ofSeries('sent to ready', 'ours', 'sentToReady'),
      ...ofSeries('sent to ready', 'stamps', 'sentToStamped'),
      ...row('sent to ready', 'histogram', launch, controller?.client?.byLaunchType[launch]),
      ...ofSeries('first seen to ready', 'stamps', 'observedToStamped'),
      ...row('first seen to ready', 'histogram', launch, controller?.byLaunchType[launch]),
    ];
  });
}

/** Where clocks disagree by more than a bound, or readiness was seen late: sentences with the figures. */
export function clockDisagreements(rows: readonly ClockRow[], { latency }: RunSummary): string[] {
  const found = rows.flatMap((ours) =>
    ours.clock === 'ours' ? rows.flatMap((other) => apart(ours, other)) : [],
  );
  const late = latency.stampedToSeen?.all;
  if (late !== undefined && late.p99Ms > SEEN_LATE_P99_MS) {
    found.push(
      `Readiness was seen late: p99 ${round(late.p99Ms)} ms after the controller's own stamp (over ${SEEN_LATE_P99_MS} ms).`,
    );
  }
  return found;
}

function apart(ours: ClockRow, other: ClockRow): string[] {
  if (other.clock === 'ours' || other.interval !== ours.interval || other.launch !== ours.launch) return [];
  const whose = other.clock === 'stamps' ? "the controller's stamps" : "the controller's histogram";
  if (other.count < ours.count * SAME_CLAIMS) {
    return other.clock === 'stamps'
      ? [] // A stamp may come after the claim's delete; nothing is wrong with the others.
      : [
          `${whose.replace('the', 'The')} counted ${other.count} ${ours.launch} claims where ${ours.count} were seen to become ready.`,
        ];
  }
  // More than ours: claims that had timed out for us, or of somebody else. Their mean is not of the same claims.
  if (other.count * SAME_CLAIMS > ours.count) return [];
  const by = Math.abs(other.meanMs - ours.meanMs);
  if (by <= APART_MS || by <= ours.meanMs * APART_FRACTION) return [];
  return [
    `Clocks disagree: from sent to ready ${ours.launch} claims took ${round(ours.meanMs)} ms on average by ours ` +
      `and ${round(other.meanMs)} ms by ${whose} (over ${APART_MS} ms and ${APART_FRACTION * 100} % apart).`,
  ];
}

function row(
  interval: ClockRow['interval'],
  clock: ClockRow['clock'],
  launch: Split,
  stats: { count: number; meanMs: number; p50Ms: number; p99Ms: number } | undefined,
): ClockRow[] {
  if (stats === undefined) return [];
  const { count, meanMs, p50Ms, p99Ms } = stats;
  return [{ interval, clock, launch, count, meanMs, p50Ms, p99Ms }];
}

const round = (value: number): number => Number(value.toPrecision(4));
