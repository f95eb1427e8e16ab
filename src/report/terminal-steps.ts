import { columns } from './columns.ts';
import { span } from './figures.ts';
import type { Style } from './paint.ts';
import type { ReportedStep, RunReport } from './report.ts';
import type { Sheet } from './sheet.ts';
import { clip } from './wrap.ts';

/** The steps as a table: what became of each, how long it took, how long its undo took. */
export function steps(report: RunReport, { paint, width }: Sheet): string[] {
  const rows = report.steps.map((step) => {
    const { mark, style } = stepMark(step, report);
    const title = clip(step.title, width - 26);
    const told = step.startedAt === null ? paint('dim', title) : title;
    return [`${paint(style, mark)} ${told}`, span(step.durationSeconds), undoCell(step)];
  });
  if (rows.length === 0) return [];
  const head = ['steps', 'took', 'undo'].map((text) => paint('dim', text));
  return columns({ head, align: ['left', 'right', 'right'], rows });
}

function stepMark(step: ReportedStep, report: RunReport): { mark: string; style: Style } {
  const { failure, ending, steps } = report;
  if (step.state === 'undo-failed' && step.absorbedBy === null) return { mark: '‼', style: 'red' };
  if (failure?.step === step.id) return { mark: '✗', style: 'red' };
  if (step.startedAt === null) return { mark: '–', style: 'dim' };
  const last = steps.findLast(({ startedAt }) => startedAt !== null);
  if (ending === 'cancelled' && step === last) return { mark: '–', style: 'yellow' };
  return { mark: '✓', style: 'green' };
}

function undoCell({ state, undoDurationSeconds, absorbedBy }: ReportedStep): string {
  if (absorbedBy !== null && state !== 'skipped') return `with ${absorbedBy}`;
  if (state === 'undo-failed') return 'failed';
  return span(undoDurationSeconds);
}
