import { count, figure, NONE, plural, rate, span } from './figures.ts';
import { latencyRows } from './latency-rows.ts';
import { loadItems, loadNote } from './load-words.ts';
import { code, escaped, table } from './markdown-text.ts';
import type { ClockRow } from '../measure/clocks.ts';
import { phaseRows } from './phase-rows.ts';
import type { RunReport } from './report.ts';

/** How many claims came to which end, and at what pace. */
export function claims({ claims, rates, warmPool, spec }: RunReport): string {
  if (claims === null) return 'Claims were sent, but what became of them is not known.';
  if (claims.due === 0) return '';
  const rows = [
    ['load', escaped(loadItems(spec.load).join(', '))],
    ['due', count(claims.due)],
    ['sent', count(claims.submitted)],
    ['ready', count(claims.ready)],
    ['of them warm', count(claims.warm)],
    ['of them cold', count(claims.cold)],
    ['of them launched nobody knows how', count(claims.launchUnknown)],
    ['failed', count(claims.failed)],
    ['timed out', count(claims.timedOut)],
    ['not submitted', count(claims.notSubmitted)],
    ['end unknown', count(claims.unknown)],
    ...(rates === null
      ? []
      : [
          ...(rates.targetQps === null ? [] : [['rate asked', rate(rates.targetQps)]]),
          ['rate sent', rate(rates.submitQps)],
          ['rate ready', rate(rates.completionQps)],
        ]),
  ];
  const pool =
    warmPool === null
      ? ''
      : `\n\nThe warm pool of ${count(warmPool.replicas)} was full after ${span(warmPool.fillSeconds)}.`;
  const note = loadNote(spec.load);
  return `${table(['claims', ''], rows, [1])}${note === null ? '' : `\n\n${note}`}${pool}`;
}

/** What came of each phase of the load. */
export function phases(report: RunReport): string {
  const rows = phaseRows(report).map((row) => [
    code(row.name),
    escaped(row.arrivals),
    ...[row.due, row.ready, row.failed, row.lost].map(count),
    rate(row.sentQps),
    ...[row.p50Ms, row.p99Ms, row.maxMs].map(figure),
  ]);
  if (rows.length === 0) return '';
  const head = ['phase', 'arrivals', 'due', 'ready', 'failed', 'lost', 'sent', 'p50', 'p99', 'max'];
  return `${table(head, rows, [2, 3, 4, 5, 6, 7, 8, 9])}\n\nMilliseconds from due to ready.`;
}

/** Every series of latencies, warm, cold and all. */
export function latency(report: RunReport): string {
  const rows = latencyRows(report).map((row) => [
    row.what,
    escaped(row.launch),
    count(row.count),
    ...[row.p50Ms, row.p90Ms, row.p95Ms, row.p99Ms, row.maxMs].map(figure),
  ]);
  if (rows.length === 0) return '';
  const head = ['milliseconds', 'launch', 'count', 'p50', 'p90', 'p95', 'p99', 'max'];
  const own = report.controllerHistogram;
  const note =
    own === null
      ? ''
      : `\n\nThe controller's own figures are interpolated from the buckets of ${code(own.metric)}, the first of which ends at 100 ms.`;
  return `${table(head, rows, [2, 3, 4, 5, 6, 7])}${note}`;
}

const CLOCKS: Record<ClockRow['clock'], string> = {
  ours: 'ours',
  stamps: "the controller's stamps on the claims",
  histogram: "the controller's histogram",
};

/** Seen of v0.5.6 on a busy machine; what it counted twice it does not tell. */
const MORE_COUNTED =
  ' The histogram counted more claims than became ready by our clock, so its figures are not of these claims alone: it may count one twice, or one whose time was out.';

/** The same intervals by three clocks. */
export function clocks({ clocks }: RunReport): string {
  const rows = clocks.map((row) => [
    row.interval.replace(' to ', ' → '),
    row.launch,
    CLOCKS[row.clock],
    count(row.count),
    ...[row.meanMs, row.p50Ms, row.p99Ms].map(figure),
  ]);
  if (rows.length === 0) return '';
  const head = ['milliseconds', 'launch', 'clock', 'count', 'mean', 'p50', 'p99'];
  const note =
    'A stamp is written a moment after the claim is ready. Percentiles of a histogram are interpolated.';
  const more = clocks.some(
    ({ clock, launch, count }) =>
      clock === 'histogram' &&
      clocks.some((ours) => ours.clock === 'ours' && ours.launch === launch && ours.count < count),
  );
  return `${table(head, rows, [3, 4, 5, 6])}\n\n${note}${more ? MORE_COUNTED : ''}`;
}

/** What the spec asked for, beside what was measured. */
export function thresholds({ thresholds }: RunReport): string {
  const rows = thresholds.map(({ threshold, found, met }) => [
    code(threshold),
    escaped(found),
    met ? 'met' : '**missed**',
  ]);
  return rows.length === 0 ? '' : table(['threshold', 'measured', ''], rows);
}

/** Why claims failed. */
export function errors({ errors }: RunReport): string {
  const rows = Object.entries(errors).map(([reason, times]) => [escaped(reason), count(times)]);
  return rows.length === 0 ? '' : table(['reason', 'claims'], rows, [1]);
}

/** How the generator itself fared. */
export function generator({ generator }: RunReport): string {
  if (generator === null) return '';
  const rows = [
    ['attempts', count(generator.attempts)],
    ['most claims alive at once', count(generator.peakConcurrent)],
    ['delayed by maxConcurrent', count(generator.delayedByMaxConcurrent)],
    ['longest such delay', `${figure(generator.longestDelayMs)} ms`],
    ['event loop delay, p99', `${figure(generator.eventLoopDelayP99Ms)} ms`],
    ['CPU', span(generator.cpuSeconds)],
    ['of one core', `${figure(generator.cpuFraction * 100)} %`],
    ['watch resumed', plural(generator.watchResumed, 'time')],
    ['watch listed anew', plural(generator.watchRelisted, 'time')],
    ['connections opened', count(generator.connectionsOpened)],
    ...(generator.api === null
      ? []
      : [
          ['API calls', count(generator.api.calls)],
          ['of them queued for a connection', count(generator.api.queued)],
          ['of them turned away (429)', count(generator.api.throttled)],
          ['priority levels', Object.keys(generator.api.priorityLevels).map(code).join(' ') || NONE],
        ]),
  ];
  return table(['generator', ''], rows, [1]);
}
