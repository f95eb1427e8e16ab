import type { Verdict } from '../domain/outcomes.ts';
import type { LoadSpec } from '../spec/schema.ts';
import { generatorTrouble } from './generator-health.ts';
import { LONGEST_MICROS } from './histograms.ts';
import type { RunSummary } from './summary.ts';
import { EXEC_FAILED } from './window-result.ts';

/** Above these the generator itself shapes the figures. */
const LATENESS_P99_MS = 10;
const EVENT_LOOP_P99_MS = 20;
/** How far the kept rate may be off the target. */
const RATE_TOLERANCE = 0.01;
/** Fewer samples and the 99th percentile is one of the last two. */
const SAMPLES_FOR_P99 = 100;

export interface Judgement {
  verdict: Verdict;
  /** Sentences with figures, those that make the numbers invalid first; empty where they are valid. */
  reasons: string[];
}

/**
 * What the numbers are worth. `extra` are findings of the caller's own (a scrape that failed, say), as sentences, and
 * whether the load was changed on its way: then the spec does not say any more how many claims were asked for.
 */
export function judge(
  summary: RunSummary,
  load: LoadSpec,
  extra: { invalid?: string[]; suspect?: string[]; loadChanged?: boolean } = {},
): Judgement {
  const invalid = [...whatInvalidates(summary), ...(extra.invalid ?? [])];
  const suspect = [
    ...whatIsMissing(summary, load, extra.loadChanged ?? false),
    ...whatTheGeneratorDid(summary, load),
    ...generatorTrouble(summary.generator),
    ...(extra.suspect ?? []),
  ];
  const verdict = invalid.length > 0 ? 'invalid' : suspect.length > 0 ? 'suspect' : 'valid';
  return { verdict, reasons: [...invalid, ...suspect] };
}

function whatInvalidates({ claims }: RunSummary): string[] {
  const reasons: string[] = [];
  if (claims.ready === 0) reasons.push(`No claim became ready (${claims.due} fell due).`);
  const ended = claims.ready + claims.failed + claims.timedOut + claims.notSubmitted + claims.unknown;
  if (ended !== claims.due) {
    reasons.push(`${claims.due} claims fell due but the end of ${ended} is accounted for.`);
  }
  const neverSent = claims.due - claims.submitted - claims.notSubmitted;
  if (neverSent !== 0) {
    reasons.push(
      `${claims.due} claims fell due but ${claims.submitted} were sent and ` +
        `${claims.notSubmitted} counted as not submitted.`,
    );
  }
  return reasons;
}

function whatIsMissing(
  { claims, latency, errors }: RunSummary,
  load: LoadSpec,
  loadChanged: boolean,
): string[] {
  const reasons: string[] = [];
  // A closed loop sends what its time allows; its total is a bound.
  const open = load.arrivals.shape !== 'closedLoop';
  if (open && !loadChanged && claims.due !== load.total)
    reasons.push(`${claims.due} of the ${load.total} asked claims fell due.`);
  if (claims.unknown > 0) {
    reasons.push(`The end of ${of(claims.unknown, claims.due)} is unknown: it was lost with a worker.`);
  }
  if (claims.notSubmitted > 0) {
    reasons.push(
      `${of(claims.notSubmitted, claims.due)} were not submitted: no worker lived when they fell due.`,
    );
  }
  if (claims.launchUnknown > 0) {
    reasons.push(`Whether ${of(claims.launchUnknown, claims.ready)} started warm or cold could not be read.`);
  }
  if (claims.ready > 0 && claims.ready < SAMPLES_FOR_P99) {
    reasons.push(`Only ${claims.ready} claims became ready: their p99 is nearly their maximum.`);
  }
  const measured = latency.sentToReady?.all?.count ?? 0;
  const unmeasured = claims.ready + execFailures(errors) - measured;
  if (unmeasured > 0) {
    reasons.push(`${unmeasured} claims became ready unseen, so their latency is in no percentile.`);
  }
  const longest = Math.max(0, ...Object.values(latency).map((splits) => splits.all?.maxMs ?? 0));
  if (longest >= LONGEST_MICROS / 1000) {
    reasons.push('A latency reached one hour, beyond which none is told apart.');
  }
  return reasons;
}

function whatTheGeneratorDid({ generator, latency, rates }: RunSummary, load: LoadSpec): string[] {
  const reasons: string[] = [];
  const lateness = latency.dueToSent?.all?.p99Ms ?? 0;
  if (lateness > LATENESS_P99_MS) {
    reasons.push(
      `Claims were sent late: p99 ${round(lateness)} ms after they fell due (over ${LATENESS_P99_MS} ms).`,
    );
  }
  if (generator.delayedByMaxConcurrent > 0) {
    reasons.push(
      `maxConcurrent ${load.maxConcurrent} held back ${generator.delayedByMaxConcurrent} claims, ` +
        `for ${round(generator.longestDelayMs)} ms at the longest.`,
    );
  }
  if (generator.eventLoopDelayP99Ms > EVENT_LOOP_P99_MS) {
    reasons.push(
      `The generator was busy: its event loop's p99 delay was ${round(generator.eventLoopDelayP99Ms)} ms ` +
        `(over ${EVENT_LOOP_P99_MS} ms).`,
    );
  }
  const { keptFraction } = rates;
  if (keptFraction !== null && Math.abs(keptFraction - 1) > RATE_TOLERANCE) {
    reasons.push(
      `Claims were sent at ${round(keptFraction * 100)} % of the rate that was asked ` +
        `(over ${RATE_TOLERANCE * 100} % off).`,
    );
  }
  if (generator.watchRelisted > 0) {
    reasons.push(
      `The watch had to list anew ${generator.watchRelisted} times: ready times in those gaps are too late, not too early.`,
    );
  }
  return reasons;
}

/** These claims were ready, and measured, before they failed. */
function execFailures(errors: RunSummary['errors']): number {
  const failures = Object.entries(errors).filter(([reason]) => reason.startsWith(EXEC_FAILED));
  return failures.reduce((sum, [, count]) => sum + count, 0);
}

/** `3 of 200 claims (1.5 %)`. */
function of(part: number, whole: number): string {
  return `${part} of ${whole} claims (${round((part / whole) * 100)} %)`;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
