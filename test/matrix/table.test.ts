import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readProjectFile } from '../architecture/project-files.ts';
import type { RecordedResult } from './results.ts';
import type { Row } from './row.ts';
import { everywhere } from './row.ts';
import { matrixMarkdown, TABLE_BEGIN, TABLE_END } from './table.ts';

const rows: Row[] = [
  {
    name: 'flood',
    expected: everywhere(['passed'], { unwind: 'the sea is calm by then' }),
    async inject() {},
  },
];
const result = (place: string, more: object): [string, RecordedResult] => [
  `flood/${place}`,
  {
    ...{ row: 'flood', place, result: 'passed', outcome: 'passed', secondsUntilNothingLeft: 7, claims: null },
    ...{ secretHits: [], commit: 'abc' },
    ...more,
  } as unknown as RecordedResult,
];

describe('the table of the matrix', () => {
  const table = matrixMarkdown(
    rows,
    new Map([
      result('before create', {}),
      result('run-claims', { result: 'failed' }),
      ['storm/unwind', result('unwind', {})[1]],
    ]),
  );

  it('shows outcome and seconds, what failed, what was not run, and why there is no cell', () => {
    assert.match(
      table,
      /^\| flood \| passed, 7 s \| not run \| not run \| \*\*failed\*\* \| – \(1\) \| not run \|$/m,
    );
    assert.match(table, /^1\. the sea is calm by then$/m);
  });

  it('counts cells of the matrix alone', () => {
    assert.match(
      table,
      /1 faults in 6 places make 5 cells; 2 were run: 1 passed,\n1 failed, 3 have not been run yet/,
    );
  });

  it('has its place in docs/operations.md', () => {
    const page = readProjectFile('docs/operations.md');
    assert.ok(page.indexOf(TABLE_BEGIN) > 0 && page.indexOf(TABLE_BEGIN) < page.indexOf(TABLE_END));
  });
});
