import { plural, span } from './figures.ts';
import type { ReportedStep, RunReport } from './report.ts';

/** One paragraph under a word. */
export interface Finding {
  about: string;
  text: string;
}

/**
 * What failed, where, how often tried, with what message, what was undone, what is left: the last one alone where all
 * went well.
 */
export function postMortem(report: RunReport): Finding[] {
  if (report.outcome === 'passed') return [{ about: 'left', text: left(report) }];
  return [
    ...cause(report),
    ...retried(report),
    ...(report.kept === null ? [{ about: 'undone', text: undone(report.steps) }] : []),
    { about: 'left', text: left(report) },
  ];
}

function cause({ failure, ending, steps, thresholdsMissed }: RunReport): Finding[] {
  switch (ending) {
    case 'failed': {
      if (failure === null) return [];
      const step = steps.find(({ id }) => id === failure.step);
      return [
        { about: 'failed', text: `${failure.stage}: ${step?.title ?? failure.step}${effort(step)}` },
        { about: 'error', text: `${failure.errorType}: ${failure.message}` },
      ];
    }
    case 'cancelled': {
      const step = steps.findLast(({ startedAt }) => startedAt !== null);
      const where = step === undefined ? 'before its first step' : `in ${step.stage}: ${step.title}`;
      return [{ about: 'cancelled', text: where }];
    }
    case 'completed':
      return thresholdsMissed.map((text) => ({ about: 'missed', text }));
  }
}

/** `, tried 8 times, in 2m12s`, as far as it is known. */
function effort(step: ReportedStep | undefined): string {
  const { attempts = null, durationSeconds = null } = step ?? {};
  const took = durationSeconds === null ? null : span(durationSeconds);
  const tried = attempts === null ? '' : `, tried ${times(attempts)}`;
  return took === null ? tried : `${tried}, ${attempts === null ? 'after' : 'in'} ${took}`;
}

function times(attempts: number): string {
  return attempts === 1 ? 'once' : plural(attempts, 'time');
}

/** What went well in the end, but not at once: often the same trouble, in its beginnings. */
function retried({ steps, failure }: RunReport): Finding[] {
  const late = steps.filter(({ id, attempts }) => id !== failure?.step && (attempts ?? 0) > 1);
  if (late.length === 0) return [];
  const text = late.map(({ title, attempts }) => `${title} (${times(attempts ?? 0)})`).join(', ');
  return [{ about: 'retried', text }];
}

function undone(steps: readonly ReportedStep[]): string {
  const begun = steps.filter(({ startedAt }) => startedAt !== null);
  const failed = steps.filter(({ state }) => state === 'undo-failed');
  if (failed.length > 0) {
    const own = failed.filter(({ absorbedBy }) => absorbedBy === null);
    return own
      .map(({ undoTitle, undoAttempts, detail }) => {
        const tried = undoAttempts === null ? '' : `, tried ${times(undoAttempts)}`;
        return `failed to ${undoTitle}${tried}: ${detail ?? 'no reason was recorded'}`;
      })
      .join('; ');
  }
  if (begun.length === 0) return 'nothing had been begun';
  const own = begun.filter(({ absorbedBy }) => absorbedBy === null).toReversed();
  const seconds = own.reduce((sum, step) => sum + (step.undoDurationSeconds ?? 0), 0);
  return `${own.map(({ undoTitle }) => undoTitle).join(', ')} (${span(seconds)})`;
}

function left({ kept, leftoverCount, steps, outcome }: RunReport): string {
  if (kept !== null)
    return `cluster ${kept.name} (${kept.provider}), on purpose: it is kept until ${kept.until}, then its guard takes it down`;
  if (leftoverCount > 0)
    return `${plural(leftoverCount, 'thing')} that ${leftoverCount === 1 ? 'carries' : 'carry'} this run's label`;
  const failed = steps.some(({ state }) => state === 'undo-failed');
  return failed || outcome === 'cleanup-incomplete'
    ? 'nothing that carries its label, though an undo failed'
    : 'nothing';
}
