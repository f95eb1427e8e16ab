import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rankEffect } from '../../src/compare/rank-effect.ts';

const single = (values: readonly number[]) => values.map((value) => Float64Array.of(value));

/** Neighbours are alike: each stretch of claims has a level of its own. */
function stretchesAt(levels: readonly number[], size = 50) {
  return levels.map((level) => Float64Array.from({ length: size }, (_, index) => level + index / size));
}

test('of clusters of one it is the test of Brunner and Munzel: their pain scores give their figures', () => {
  const yes = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1];
  const no = [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4];
  const { cliffsDelta, pValue } = rankEffect(single(yes), single(no));
  assert.equal(((cliffsDelta + 1) / 2).toFixed(6), '0.788961');
  assert.equal(pValue?.toFixed(6), '0.005786');
});

test('samples that are all the greater ones have an effect of 1, all the smaller ones of -1', () => {
  const [low, high] = [stretchesAt([1, 2, 3]), stretchesAt([11, 12, 13])];
  assert.equal(rankEffect(low, high).cliffsDelta, 1);
  assert.equal(rankEffect(high, low).cliffsDelta, -1);
  assert.ok((rankEffect(low, high).pValue ?? 1) < 0.001);
});

test('the same samples on both sides are no effect at all', () => {
  const same = stretchesAt([5, 1, 4, 2]);
  const { cliffsDelta, pValue } = rankEffect(same, same);
  assert.ok(Math.abs(cliffsDelta) < 1e-12);
  assert.ok((pValue ?? 0) > 0.999);
});

test('many claims from few levels are few observations, not many', () => {
  const [a, b] = [stretchesAt([10, 14, 11]), stretchesAt([12, 15, 10])];
  const clustered = rankEffect(a, b).pValue ?? 0;
  const each = rankEffect(single(a.flatMap((part) => [...part])), single(b.flatMap((part) => [...part])));
  assert.ok((each.pValue ?? 1) < 0.01, 'taken for itself, each claim would make a difference of it');
  assert.ok(clustered > 0.5);
});

test('one cluster on a side tells no p', () => {
  assert.equal(rankEffect(stretchesAt([1]), stretchesAt([5, 6])).pValue, null);
});
