import { PLACES } from './places.ts';
import type { RecordedResult } from './results.ts';
import type { Row } from './row.ts';

/** The lines between which the table stands in docs/operations.md. */
export const TABLE_BEGIN = '<!-- fault matrix: begin; npm run test:faults:table writes it -->';
export const TABLE_END = '<!-- fault matrix: end -->';

/** The matrix as Markdown: a figure's paragraph, the table, then why some cells do not exist. */
export function matrixMarkdown(rows: readonly Row[], results: ReadonlyMap<string, RecordedResult>): string {
  const reasons: string[] = [];
  const reference = (reason: string) => {
    if (!reasons.includes(reason)) reasons.push(reason);
    return `${reasons.indexOf(reason) + 1}`;
  };
  const cell = (row: Row, place: (typeof PLACES)[number]) => {
    const expected = row.expected[place];
    if (typeof expected === 'string') return `– (${reference(expected)})`;
    const result = results.get(`${row.name}/${place}`);
    if (result === undefined) return 'not run';
    if (result.result === 'impossible') return `– (${reference(result.reason ?? '')})`;
    if (result.result === 'failed') return '**failed**';
    return `${result.outcome ?? '?'}, ${result.secondsUntilNothingLeft ?? '?'} s`;
  };
  const lines = rows.map(
    (row) => `| ${[row.name, ...PLACES.map((place) => cell(row, place))].join(' | ')} |`,
  );
  return [
    figures(rows, results),
    '',
    `| fault | ${PLACES.join(' | ')} |`,
    `| --- |${' --- |'.repeat(PLACES.length)}`,
    ...lines,
    '',
    'There is no such cell, because:',
    '',
    ...reasons.map((reason, index) => `${index + 1}. ${reason}`),
  ].join('\n');
}

/** Of the cells that are in the matrix: results of rows that are gone don't count. */
function figures(rows: readonly Row[], results: ReadonlyMap<string, RecordedResult>): string {
  const cells = rows.flatMap((row) =>
    PLACES.filter((place) => typeof row.expected[place] !== 'string').map((place) => `${row.name}/${place}`),
  );
  const run = cells.map((name) => results.get(name)).filter((one) => one !== undefined);
  const passed = run.filter(({ result }) => result === 'passed');
  const failed = run.filter(({ result }) => result === 'failed');
  const seconds = passed.map((one) => one.secondsUntilNothingLeft ?? 0).sort((one, other) => one - other);
  const middle = seconds[Math.floor(seconds.length / 2)] ?? 0;
  const sum = (of: (one: RecordedResult) => number) => run.reduce((total, one) => total + of(one), 0);
  const commits = Map.groupBy(run, ({ commit }) => commit);
  const at = [...commits].map(([commit, { length }]) => `${length} at ${commit}`);
  return [
    `${rows.length} faults in ${PLACES.length} places make ${cells.length} cells; ${run.length} were run: ${passed.length} passed,`,
    `${failed.length} failed, ${cells.length - run.length} have not been run yet. From the fault until nothing was left: ${middle} s in the`,
    `middle, ${seconds.at(-1) ?? 0} s at the longest. Claims in reports: ${sum(({ claims }) => claims?.due ?? 0)}, of them`,
    `${sum(({ claims }) => claims?.lost ?? 0)} lost and ${sum(({ claims }) => claims?.twice ?? 0)} counted twice. Hits of secrets: ${sum(({ secretHits }) => secretHits.length)}.`,
    `Cells by commit: ${at.join(', ') || 'none'}.`,
  ].join('\n');
}
