import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Ending, Outcome } from '../../src/domain/outcomes.ts';
import {
  EXIT_BAD_INPUT,
  EXIT_CODES,
  EXIT_TEMPORAL_UNREACHABLE,
  outcomeOf,
} from '../../src/domain/outcomes.ts';

const completed: Ending = { kind: 'completed', thresholdsMissed: [] };
const missed: Ending = { kind: 'completed', thresholdsMissed: ['3 of 200 claims failed.'] };
const failed: Ending = {
  kind: 'failed',
  ...{ stage: 'run-claims', step: 'claims', errorType: 'NoData', message: 'no claim became ready' },
};
const cancelled: Ending = { kind: 'cancelled' };

describe('the outcome of a run', () => {
  const rows: [string, Ending, number, number, Outcome][] = [
    ['completed and clean', completed, 0, 0, 'passed'],
    ['thresholds missed and clean', missed, 0, 0, 'thresholds-missed'],
    ['failed and clean', failed, 0, 0, 'failed'],
    ['cancelled and clean', cancelled, 0, 0, 'cancelled'],
  ];
  for (const [what, ending, leftovers, undoFailed, outcome] of rows) {
    it(`${what}: ${outcome}`, () => assert.equal(outcomeOf(ending, leftovers, undoFailed), outcome));

    it(`${what} but for something that is left, or an undo that failed: cleanup-incomplete`, () => {
      assert.equal(outcomeOf(ending, 1, 0), 'cleanup-incomplete');
      assert.equal(outcomeOf(ending, 0, 1), 'cleanup-incomplete');
      assert.equal(outcomeOf(ending, 3, 2), 'cleanup-incomplete');
    });
  }
});

describe('exit codes', () => {
  it('are a contract with scripts', () => {
    assert.deepEqual(EXIT_CODES, {
      ...{ passed: 0, failed: 2, 'cleanup-incomplete': 3, 'thresholds-missed': 4, cancelled: 5 },
    });
    assert.equal(EXIT_BAD_INPUT, 1);
    assert.equal(EXIT_TEMPORAL_UNREACHABLE, 6);
  });
});
