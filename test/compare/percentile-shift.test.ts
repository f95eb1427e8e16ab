import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentile, percentileShift } from '../../src/compare/percentile-shift.ts';

/** Runs of ten stretches; values of 100 to 199, spread over each of them. */
function runs(count: number, factor = 1) {
  return Array.from({ length: count }, (_, run) =>
    Array.from({ length: 10 }, (_, stretch) =>
      Float64Array.from(
        { length: 100 },
        (_, index) => factor * (100 + ((index * 37 + stretch * 7 + run) % 100)),
      ),
    ),
  );
}

test('a percentile is a value that was measured', () => {
  const values = Float64Array.of(10, 20, 30, 40);
  assert.deepEqual(
    [0, 25, 50, 51, 99, 100].map((percent) => percentile(values, percent)),
    [10, 10, 20, 30, 40, 40],
  );
  assert.ok(Number.isNaN(percentile(new Float64Array(), 50)));
});

test('a shift is found with its size, and its interval holds it', () => {
  const { ratio, low, high } = percentileShift(runs(3), runs(3, 1.5), 99);
  assert.equal(ratio, 1.5);
  assert.ok(low > 1.4 && low <= 1.5 && high >= 1.5 && high < 1.6);
});

test('the interval of no shift holds 1', () => {
  const { low, high } = percentileShift(runs(1), runs(1), 99);
  assert.ok(low <= 1 && high >= 1);
});

test('runs that differ among each other widen it until nothing is left of a shift', () => {
  const unsteady = [...runs(1), ...runs(1, 3), ...runs(1, 1.2)];
  const { low, high } = percentileShift(unsteady, [...runs(1, 1.5), ...runs(1, 2), ...runs(1, 1.1)], 90);
  assert.ok(low < 1 && high > 1);
});

test('the same samples always give the same interval', () => {
  assert.deepEqual(percentileShift(runs(2), runs(2, 1.1), 95), percentileShift(runs(2), runs(2, 1.1), 95));
});
