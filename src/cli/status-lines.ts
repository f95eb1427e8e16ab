import { currentStep } from '../domain/progress.ts';
import type { StepRecord } from '../domain/progress.ts';
import { span, ticking } from '../report/figures.ts';
import type { Paint, Style } from '../report/paint.ts';
import { plainText } from '../report/plain-text.ts';
import type { RunStatus } from '../report/run-status.ts';
import { clip, row, wrap } from '../report/wrap.ts';
import { claimsItems, latencyItems } from './claims-line.ts';
import { holdLines } from './hold-lines.ts';
import { retryLine } from './retry-line.ts';

/** Beyond this the eye does not find from a step to its time. */
const MOST_WIDTH = 100;
/** Room for the longest time at a line's end, `with cluster`. */
const TIME_WIDTH = 14;
const INDENT = '    ';

/** A run's steps and what happens now, in lines none of which is wider than `width`. Times are in epoch milliseconds. */
export function statusLines(
  status: RunStatus,
  nowMs: number,
  { width, paint }: { width: number; paint: Paint },
): string[] {
  const sheet = { paint, width: Math.max(20, Math.min(MOST_WIDTH, width)), nowMs };
  const current = currentStep(status.steps);
  const now = below(status, sheet);
  return [
    headline(status, sheet),
    ...status.steps.flatMap((step) => [...stepLines(step, sheet), ...(step === current ? now : [])]),
    ...(current === null ? now : []),
  ];
}

interface Sheet {
  paint: Paint;
  width: number;
  nowMs: number;
}

/** The guard's phase says more than its time, which is that of the last look. */
function headline({ runName, phase, startedAtMs }: RunStatus, { paint, width, nowMs }: Sheet): string {
  const elapsed = ticking((nowMs - startedAtMs) / 1000);
  const said = phase.startsWith('guard') ? phase : `${phase}, ${elapsed}`;
  const right = clip(said, width - 2);
  const name = clip(plainText(runName), width - right.length - 2);
  return `${paint('bold', name)}  ${paint('dim', right)}`;
}

function stepLines(step: StepRecord, sheet: Sheet): string[] {
  const { mark, style, title, time } = shown(step, sheet.nowMs);
  const room = sheet.width - TIME_WIDTH - 2;
  const text = clip(plainText(title), room);
  const dim = style === 'dim' ? sheet.paint('dim', text) : text;
  const gap = ' '.repeat(room - text.length);
  const line =
    `${sheet.paint(style, mark)} ${dim}${gap}${sheet.paint('dim', time.padStart(TIME_WIDTH))}`.trimEnd();
  // `never begun` is what the mark says already.
  if (step.detail === null || step.state === 'skipped') return [line];
  const detail = clip(plainText(step.detail), sheet.width - INDENT.length);
  return [line, `${INDENT}${sheet.paint(step.detail === 'cancelled' ? 'yellow' : 'red', detail)}`];
}

function shown(step: StepRecord, nowMs: number): { mark: string; style: Style; title: string; time: string } {
  const { title, undoTitle } = step;
  const took = time(step.startedAtMs, step.endedAtMs, nowMs);
  if (step.undoStartedAtMs !== null && step.undoEndedAtMs === null) {
    return { mark: '↩', style: 'cyan', title: undoTitle, time: time(step.undoStartedAtMs, null, nowMs) };
  }
  switch (step.state) {
    case 'pending':
      return { mark: '○', style: 'dim', title, time: '' };
    case 'running':
      return { mark: '▶', style: 'cyan', title, time: took };
    case 'done':
      return { mark: '✓', style: 'green', title, time: took };
    case 'failed':
      return { mark: '✗', style: 'red', title, time: took };
    case 'held':
      return { mark: '⏸', style: 'yellow', title, time: took };
    case 'skipped':
      return { mark: '–', style: 'dim', title, time: '' };
    case 'undone':
      return { mark: '↩', style: 'dim', title: undoTitle, time: undoTime(step, nowMs) };
    case 'undo-failed':
      return { mark: '‼', style: 'red', title: undoTitle, time: undoTime(step, nowMs) };
  }
}

function undoTime({ absorbedBy, undoStartedAtMs, undoEndedAtMs }: StepRecord, nowMs: number): string {
  return absorbedBy === null ? time(undoStartedAtMs, undoEndedAtMs, nowMs) : `with ${absorbedBy}`;
}

function time(fromMs: number | null, toMs: number | null, nowMs: number): string {
  if (fromMs === null) return '';
  return toMs === null ? ticking((nowMs - fromMs) / 1000) : span((toMs - fromMs) / 1000);
}

/** What happens now: a hold with what can be done, the load's figures, or what the activity said last. */
function below({ hold, activity, claims }: RunStatus, { paint, width, nowMs }: Sheet): string[] {
  const room = width - INDENT.length;
  if (hold !== null) {
    return holdLines(hold, nowMs).map((line) => `${INDENT}${paint('yellow', clip(line, room))}`);
  }
  if (claims !== null) {
    const latency = latencyItems(claims);
    return [
      ...wrap(row(claimsItems(claims)), room),
      ...(latency.length === 0 ? [] : wrap(row(latency), room)),
    ].map((line) => `${INDENT}${line}`);
  }
  if (activity === null) return [];
  const said = activity.message === '' ? [] : [paint('dim', clip(plainText(activity.message), room))];
  const retry = retryLine(activity);
  return [...(retry === null ? [] : [paint('yellow', clip(retry, room))]), ...said].map(
    (line) => `${INDENT}${line}`,
  );
}
