import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Bundles } from '../matrix/bundles.ts';
import { rotation } from '../matrix/rotation.ts';
import { ROWS } from '../matrix/rows.ts';
import { runCell } from '../matrix/run-cell.ts';

/** As many as are over in three minutes, on a busy machine too; `npm run test:faults` plays all of them. */
const ROWS_IN_THREE_MINUTES = 4;

const seed = Math.floor(Math.random() * 1_000_000);

describe(`some faults of the matrix, chosen by seed ${seed}`, { timeout: 900_000 }, () => {
  const bundles = new Bundles();
  after(() => bundles.remove());

  for (const { row, place } of rotation(ROWS, seed, ROWS_IN_THREE_MINUTES)) {
    const again = `npm run test:faults -- --seed ${seed} --cell '${row.name}/${place}'`;
    it(`${row.name} in ${place}: ends as it should, nothing left, every claim counted once (${again})`, async () => {
      const { problems } = await runCell(row, place, seed, bundles);
      assert.deepEqual(problems, [], again);
    });
  }
});
