import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWatch } from '../../src/domain/watch-rule.ts';

test('a bound on the system is read in the notation of thresholds', () => {
  assert.deepEqual(parseWatch('controllerMemory growth <= 50%'), {
    text: 'controllerMemory growth <= 50%',
    figure: 'controllerMemory',
    growth: true,
    bound: '<=',
    limit: 0.5,
  });
  const limitOf = (text: string) => {
    const found = parseWatch(text);
    return 'limit' in found ? found.limit : found;
  };
  assert.equal(limitOf('controllerMemory <= 2Gi'), 2048);
  assert.equal(limitOf('orphans <= 0'), 0);
  assert.equal(limitOf('poolBehind <= 10s'), 10_000);
  assert.equal(limitOf('all dueToReady p99 <= 500ms'), 500);
});

test('what is wrong with one is said, with what could stand there', () => {
  const problemOf = (text: string) => {
    const found = parseWatch(text);
    assert.ok('wanted' in found, text);
    return found;
  };
  assert.ok(problemOf('orphan <= 0').known.includes('orphans'));
  assert.match(problemOf('controllerMemory <= 5').wanted, /512Mi/);
  assert.match(problemOf('orphans shrink <= 5').wanted, /growth/);
});
