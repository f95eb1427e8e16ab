import type { StepRecord } from './progress.ts';

const MARKS: Record<StepRecord['state'], string> = {
  pending: '○',
  running: '▶',
  done: '✓',
  failed: '✗',
  held: '⏸',
  skipped: '–',
  undone: '↩',
  'undo-failed': '‼',
};

/** The steps as a Markdown list, for the Temporal UI's current details. */
export function stepsMarkdown(records: readonly StepRecord[]): string {
  return records
    .map((record) => {
      const undoing = record.undoStartedAtMs !== null && record.undoEndedAtMs === null;
      const state = undoing ? `undoing: ${record.undoTitle}` : record.state;
      const detail = record.detail === null ? '' : ` (${record.detail.split('\n')[0]?.slice(0, 200) ?? ''})`;
      return `- ${MARKS[record.state]} **${record.title}**: ${state}${detail}`;
    })
    .join('\n');
}
