import type { StepRecord } from '../domain/progress.ts';
import { span, ticking } from '../report/figures.ts';
import { plainText } from '../report/plain-text.ts';
import type { RunStatus } from '../report/run-status.ts';
import { claimsItems, latencyItems } from './claims-line.ts';
import { holdLines } from './hold-lines.ts';
import { retryLine } from './retry-line.ts';

/** Often enough to see that a load is alive, seldom enough for a log. */
const FIGURES_MS = 5_000;

/** One plain line for each change of a step, and the load's figures now and then: for pipes, files and CI. */
export function createPlainView(stream: { write(text: string): unknown }, nowMs: () => number = Date.now) {
  const told = new Map<string, string>();
  let lastFigures = '';
  let lastFiguresMs = Number.NEGATIVE_INFINITY;

  const news = (about: string, line: string | null): string[] => {
    if (line === null || told.get(about) === line) return [];
    told.set(about, line);
    return [line];
  };
  const figures = (status: RunStatus): string[] => {
    if (status.claims === null || nowMs() - lastFiguresMs < FIGURES_MS) return [];
    const latency = latencyItems(status.claims);
    const text = `claims: ${[...claimsItems(status.claims), ...latency].join(', ')}`;
    if (text === lastFigures) return [];
    lastFigures = text;
    lastFiguresMs = nowMs();
    return [text];
  };

  /** Said again where its end has moved. */
  const holdNews = (hold: RunStatus['hold']): string[] => {
    if (hold === null) return [];
    const isNews = news('hold', `${hold.number} ${hold.untilMs}`).length > 0;
    return isNews ? holdLines(hold, nowMs()) : [];
  };

  return {
    /** Says what has changed since the last time. */
    update(status: RunStatus): void {
      const { steps } = status;
      const changed = [
        ...steps.flatMap((step) => news(`${step.id} forward`, forwardLine(step))),
        ...steps.toReversed().flatMap((step) => news(`${step.id} undo`, undoLine(step))),
      ];
      changed.push(...news('retry', retryLine(status.activity)));
      changed.push(...holdNews(status.hold));
      const elapsed = ticking((nowMs() - status.startedAtMs) / 1000);
      for (const line of [...changed, ...figures(status)]) stream.write(`[${elapsed}] ${line}\n`);
    },
    note(message: string): void {
      stream.write(`${plainText(message)}\n`);
    },
    /** Nothing of it is ever in the way. */
    pause(): void {},
    resume(): void {},
    close(): void {},
  };
}

/** How the step itself went; null where there is nothing to say. A poll may see a step only when its undo has begun. */
function forwardLine({ state, title, detail, ...step }: StepRecord): string | null {
  const what = `${plainText(title)}${took(step.startedAtMs, step.endedAtMs)}`;
  const why = detail === null ? '' : `: ${plainText(detail)}`;
  switch (state) {
    case 'pending':
    case 'undo-failed': // its detail is the undo's by now
      return null;
    case 'running':
      return step.undoStartedAtMs === null ? plainText(title) : null;
    case 'skipped':
      return `skipped: ${plainText(title)}${why}`;
    case 'undone':
      if (step.startedAtMs === null) return null;
      return why === '' ? `done: ${what}` : `failed: ${what}${why}`;
    case 'done':
    case 'failed':
    case 'held':
      return `${state}: ${what}${why}`;
  }
}

function undoLine({ state, absorbedBy, detail, ...step }: StepRecord): string | null {
  const undoTitle = plainText(step.undoTitle);
  if (step.undoStartedAtMs === null || state === 'skipped') return null;
  if (step.undoEndedAtMs === null) return undoTitle;
  if (state === 'undo-failed')
    return `undo-failed: ${undoTitle}${detail === null ? '' : `: ${plainText(detail)}`}`;
  return absorbedBy === null
    ? `undone: ${undoTitle}${took(step.undoStartedAtMs, step.undoEndedAtMs)}`
    : `undone with ${absorbedBy}: ${undoTitle}`;
}

function took(fromMs: number | null, toMs: number | null): string {
  return fromMs === null || toMs === null ? '' : ` (${span((toMs - fromMs) / 1000)})`;
}
