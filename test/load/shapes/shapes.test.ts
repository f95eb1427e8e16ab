import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratesOf } from '../../../src/domain/step-rates.ts';
import { burstShape } from '../../../src/load/shapes/bursts.ts';
import { constantShape } from '../../../src/load/shapes/constant.ts';
import { poissonShape } from '../../../src/load/shapes/poisson.ts';
import { rampShape } from '../../../src/load/shapes/ramp.ts';
import { randomStream } from '../../../src/load/shapes/seeded-random.ts';
import { stepsShape } from '../../../src/load/shapes/steps.ts';

const near = (found: number, wanted: number, by: number): void =>
  assert.ok(Math.abs(found - wanted) <= by, `${found} is not within ${by} of ${wanted}`);

test('the last constant arrival of a day at 100 a second is where arithmetic puts it', () => {
  const shape = constantShape(100, 86_400_000, 8_640_000);
  assert.equal(shape.dueMs(8_639_999), 86_399_990);
  assert.equal(shape.dueMs(0), 0);
});

test('bursts come whole', () => {
  const { dueMs } = burstShape(3, 500, 1500, 8);
  assert.deepEqual([0, 2, 3, 5, 6, 7].map(dueMs), [0, 0, 500, 500, 1000, 1000]);
});

test('on a ramp the area under the rate is the number of arrivals', () => {
  for (const [from, to] of [
    [0, 10],
    [10, 0],
    [3, 8],
    [5, 5],
  ] as const) {
    const seconds = 20;
    const { dueMs } = rampShape(from, to, seconds * 1000, ((from + to) / 2) * seconds);
    for (const at of [0, 1, 10, 33, 99].filter((each) => each < ((from + to) / 2) * seconds)) {
      const t = dueMs(at) / 1000;
      near(from * t + ((to - from) * t * t) / (2 * seconds), at, 1e-6);
    }
  }
});

test('steps have their rates, whichever way they go', () => {
  assert.deepEqual(ratesOf({ from: 1, to: 4, by: 2 }), [1, 3, 4]);
  assert.deepEqual(ratesOf({ from: 5, to: 0, by: 2.5 }), [5, 2.5, 0]);
  assert.deepEqual(ratesOf({ from: 2, to: 2, by: 1 }), [2]);
  assert.equal(ratesOf({ from: 0, to: 1, by: 0.1 }).length, 11);
  const { dueMs } = stepsShape([0, 2, 4], 30_000, 60);
  assert.deepEqual([0, 1, 19, 20, 24].map(dueMs), [10_000, 10_500, 19_500, 20_000, 21_000]);
});

test('random arrivals are the same by the same seed, however far in, and others by another', () => {
  const five = (seed: number, first: number): number[] => {
    const { dueMs } = poissonShape([seed], 1e9, 10_000_000);
    return Array.from({ length: 5 }, (_, at) => dueMs(first + at));
  };
  const shape = poissonShape([7], 1e9, 10_000_000);
  for (let at = 0; at < 9_000_000; at += 500_000) shape.dueMs(at);
  assert.deepEqual(
    five(7, 5_000_000),
    Array.from({ length: 5 }, (_, at) => shape.dueMs(5_000_000 + at)),
  );
  assert.notDeepEqual(five(8, 5_000_000), five(7, 5_000_000));
  // What this seed gave first it has to give for ever: runs are compared by it.
  assert.deepEqual(five(7, 5_000_000).map(Math.round), SEVEN);
});

/** As first worked out. */
const SEVEN = [500_146_188, 500_146_241, 500_146_252, 500_146_266, 500_146_360];

test('random arrivals are those of a Poisson process', () => {
  const total = 50_000;
  const lengthMs = total * 10;
  const { dueMs } = poissonShape([3], lengthMs, total);
  const gaps = Array.from({ length: total - 1 }, (_, at) => dueMs(at + 1) - dueMs(at));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  near(mean, 10, 0.2);
  // The part of gaps that are longer than x is exp(-x / mean); Kolmogorov's bound at one in a thousand.
  const sorted = gaps.toSorted((one, other) => one - other);
  const furthest = sorted.reduce(
    (most, gap, at) => Math.max(most, Math.abs(1 - Math.exp(-gap / 10) - (at + 1) / sorted.length)),
    0,
  );
  assert.ok(furthest < 1.95 / Math.sqrt(gaps.length), `${furthest}`);
  // Counts of a second vary as much as their mean says: 100 each, and as much of variance.
  const counts = new Map<number, number>();
  for (let at = 0; at < total; at += 1) {
    const second = Math.floor(dueMs(at) / 1000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  const variance = [...counts.values()].reduce((sum, count) => sum + (count - 100) ** 2, 0) / counts.size;
  near(variance, 100, 25);
});

test('places among the random numbers have streams of their own, and Beta numbers their mean', () => {
  const first = (...place: number[]): number => randomStream(place).uniform();
  const seen = new Set<number>();
  for (let at = 0; at < 10_000; at += 1)
    seen
      .add(first(1, at))
      .add(first(2, at))
      .add(first(1, 2, at));
  assert.equal(seen.size, 30_000);
  const draws = Array.from({ length: 4000 }, (_, at) => randomStream([9, at]).beta(20, 60));
  near(draws.reduce((sum, draw) => sum + draw, 0) / draws.length, 0.25, 0.004);
});
