import type { StepRecord } from '../domain/progress.ts';
import { span, ticking } from '../report/figures.ts';
import { plainText } from '../report/plain-text.ts';
import type { RunStatus } from '../report/run-status.ts';
import { claimsItems, latencyItems } from './claims-line.ts';

/** Often enough to see that a load is alive, seldom enough for a log. */
const FIGURES_MS = 5_000;

/** One plain line for each change of a step, and the load's figures now and then: for pipes, files and CI. */
export function createPlainView(stream: { write(text: string): unknown }, nowMs: () => number = Date.now) {
  const told = new Map<string, string>();
  let lastFigures = '';
  let lastFiguresMs = Number.NEGATIVE_INFINITY;

  const figures = (status: RunStatus): string[] => {
    if (status.claims === null || nowMs() - lastFiguresMs < FIGURES_MS) return [];
    const latency = latencyItems(status.claims);
    const text = `claims: ${[...claimsItems(status.claims), ...(latency.length === 0 ? [] : [`due → ready ${latency.join(', ')}`])].join(', ')}`;
    if (text === lastFigures) return [];
    lastFigures = text;
    lastFiguresMs = nowMs();
    return [text];
  };

  return {
    /** Says what has changed since the last time. */
    update(status: RunStatus): void {
      const changed = status.steps.flatMap((step) => {
        const text = told.get(step.id) ?? null;
        const line = lineOf(step);
        if (line === null || line === text) return [];
        told.set(step.id, line);
        return [line];
      });
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

/** What there is to say of a step; the same as long as nothing has changed. Null while it waits its turn. */
function lineOf(step: StepRecord): string | null {
  const { state, absorbedBy } = step;
  const title = plainText(step.title);
  const undoTitle = plainText(step.undoTitle);
  const detail = step.detail === null ? '' : `: ${plainText(step.detail)}`;
  if (step.undoStartedAtMs !== null && step.undoEndedAtMs === null) return undoTitle;
  switch (state) {
    case 'pending':
      return null;
    case 'running':
      return title;
    case 'done':
    case 'failed':
    case 'held':
      return `${state}: ${title}${took(step.startedAtMs, step.endedAtMs)}${state === 'done' ? '' : detail}`;
    case 'skipped':
      return `skipped: ${title}${detail}`;
    case 'undone':
      return absorbedBy === null
        ? `undone: ${undoTitle}${took(step.undoStartedAtMs, step.undoEndedAtMs)}`
        : `undone with ${absorbedBy}: ${undoTitle}`;
    case 'undo-failed':
      return `undo-failed: ${undoTitle}${detail}`;
  }
}

function took(fromMs: number | null, toMs: number | null): string {
  return fromMs === null || toMs === null ? '' : ` (${span((toMs - fromMs) / 1000)})`;
}
