import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarise } from '../../src/measure/summarise.ts';
import { thresholdsMissed } from '../../src/measure/thresholds.ts';
import { goodWindow, LOAD } from './window-result-samples.ts';

function missed(counts: Parameters<typeof goodWindow>[0], maxFailedFraction: number): string[] {
  const load = { ...LOAD, maxFailedFraction };
  return thresholdsMissed(summarise([goodWindow(counts)], load), load);
}

test('failed and timed-out claims count together against all that fell due', () => {
  assert.deepEqual(missed({ ready: 197, failed: 1, timedOut: 2 }, 0.01), [
    '3 of 200 claims failed or timed out (1.5 %), more than maxFailedFraction 0.01 allows (1 %).',
  ]);
});

test('exactly the allowed fraction is met', () => {
  assert.deepEqual(missed({ ready: 198, timedOut: 2 }, 0.01), []);
});

test('with 0 allowed a single failed claim misses', () => {
  assert.equal(missed({ ready: 199, failed: 1 }, 0).length, 1);
  assert.deepEqual(missed({}, 0), []);
});

test('nothing due misses every threshold', () => {
  assert.equal(missed({ due: 0, submitted: 0, ready: 0 }, 1).length, 1);
});
