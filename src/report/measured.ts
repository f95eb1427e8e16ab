import type { Ending } from '../domain/outcomes.ts';
import type { StepRecord } from '../domain/progress.ts';
import type { ControllerFigures } from '../measure/clocks.ts';
import { clockDisagreements, clockRows } from '../measure/clocks.ts';
import { summarise } from '../measure/summarise.ts';
import type { RunSummary } from '../measure/summary.ts';
import type { ThresholdCheck } from '../measure/thresholds.ts';
import { checkThresholds, thresholdsMissed } from '../measure/thresholds.ts';
import type { Judgement } from '../measure/validity.ts';
import { judge } from '../measure/validity.ts';
import type { WindowResult } from '../measure/window-result.ts';
import type { LoadSpec } from '../spec/schema.ts';

/** What the load gave, and how the run ended in its light. */
export interface Measured {
  /** Null where nothing is known of any claim. */
  summary: RunSummary | null;
  judgement: Judgement;
  /** Empty where there is nothing to hold them against. */
  thresholds: ThresholdCheck[];
  ending: Ending;
}

/** What there is to judge a run by. */
export interface Evidence {
  windows: readonly WindowResult[];
  /** The load never ended by itself: its windows are what a journal still said. */
  cutShort: boolean;
  load: LoadSpec;
  /** An operator changed the load on its way: what the spec asked for is not what was asked for in the end. */
  loadChanged: boolean;
  thresholds: readonly string[];
  /** The run was to send claims; a run of the first stages alone is not. */
  claimsAsked: boolean;
  steps: readonly StepRecord[];
  ending: Ending;
  /** The controller's own histograms; null where they could not be read. */
  controller: ControllerFigures | null;
  /** Findings beyond the figures that make them suspect, as sentences. */
  suspect: string[];
}

/**
 * Sums up the windows, judges them, and holds the spec's thresholds against them. A run that came through its stages
 * without one ready claim has failed all the same: no data is a failure.
 */
export function measure(evidence: Evidence): Measured {
  const { windows, cutShort, ending } = evidence;
  const summary = windows.length === 0 ? null : summarised(evidence);
  const judgement = judged(summary, evidence);
  const thresholds = summary === null || cutShort ? [] : checkThresholds(summary, evidence.thresholds);
  const found = { summary, judgement, thresholds };
  if (ending.kind !== 'completed' || !evidence.claimsAsked) return { ...found, ending };
  if (summary === null || cutShort || summary.claims.ready === 0) {
    return { ...found, ending: noData(judgement) };
  }
  const missed = new Set([...ending.thresholdsMissed, ...thresholdsMissed(thresholds)]);
  return { ...found, ending: { kind: 'completed', thresholdsMissed: [...missed] } };
}

function summarised({ windows, load, loadChanged }: Evidence): RunSummary {
  const summary = summarise(windows, load);
  return loadChanged ? { ...summary, rates: { ...summary.rates, targetQps: null } } : summary;
}

/** Whether a step was ever begun, in this life of the run. */
export function begun(steps: readonly StepRecord[], id: StepRecord['id']): boolean {
  return steps.some((step) => step.id === id && step.startedAtMs !== null);
}

function judged(summary: RunSummary | null, evidence: Evidence): Judgement {
  const { cutShort, load, steps, suspect } = evidence;
  if (summary === null) {
    const reason = begun(steps, 'claims')
      ? 'The load was begun, but nothing is known of its claims.'
      : 'No claim was sent.';
    return { verdict: 'invalid', reasons: [reason] };
  }
  if (cutShort) {
    const reason = `The load was cut short: these figures are of the ${summary.claims.due} of ${load.total} claims that were over by then.`;
    return { verdict: 'invalid', reasons: [reason] };
  }
  const disagreements = clockDisagreements(clockRows(summary, evidence.controller), summary);
  return judge(summary, load, {
    loadChanged: evidence.loadChanged,
    suspect: [...suspect, ...disagreements],
  });
}

function noData({ reasons }: Judgement): Ending {
  return {
    kind: 'failed',
    stage: 'run-claims',
    step: 'claims',
    errorType: 'NoData',
    message: reasons[0] ?? 'No claim was measured.',
  };
}
