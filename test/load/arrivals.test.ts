import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { dueBefore, dueOffsetMs } from '../../src/load/arrivals.ts';

const rate = fc.double({ min: 0.001, max: 10_000, noNaN: true });

test('arrivals are in order and evenly spaced, however many came before', () => {
  fc.assert(
    fc.property(rate, fc.nat(100_000_000), (qps, arrival) => {
      const spacing = dueOffsetMs(arrival + 1, qps) - dueOffsetMs(arrival, qps);
      assert.ok(spacing > 0);
      // A double of this size is exact to a few billionths of itself: nothing adds up on the way.
      const exact = dueOffsetMs(arrival + 1, qps) * Number.EPSILON * 2;
      assert.ok(Math.abs(spacing - 1000 / qps) <= exact);
    }),
  );
});

test('the last arrival of a day at 100 a second is where arithmetic puts it', () => {
  assert.equal(dueOffsetMs(8_640_000, 100), 86_400_000);
  assert.equal(dueOffsetMs(0, 3), 0);
});

test('as many fall due in a time as the rate says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 10_000 }), (qps, seconds) => {
      assert.equal(dueBefore(seconds * 1000, qps, Number.MAX_SAFE_INTEGER), qps * seconds);
    }),
  );
});

test('the first arrival that is not due yet is the one after the last that is', () => {
  fc.assert(
    fc.property(
      rate,
      fc.double({ min: -10, max: 1e8, noNaN: true }),
      fc.nat(100_000),
      (qps, elapsedMs, arrivals) => {
        const first = dueBefore(elapsedMs, qps, arrivals);
        assert.ok(first >= 0 && first <= arrivals);
        if (first > 0) assert.ok(dueOffsetMs(first - 1, qps) < elapsedMs);
        if (first < arrivals) assert.ok(dueOffsetMs(first, qps) >= elapsedMs);
      },
    ),
  );
});
