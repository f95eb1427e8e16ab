import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallCounter } from '../../src/kubernetes/call-counter.ts';

test('a call is queued while every connection carries another one', () => {
  const counter = new CallCounter(2);
  counter.begun();
  counter.begun();
  counter.begun();
  counter.over();
  counter.over();
  counter.begun();
  assert.deepEqual(counter.counts(), { calls: 4, queued: 1, throttled: 0, priorityLevels: {} });
});

test('refusals are counted, and which priority level served how many', () => {
  const counter = new CallCounter(1);
  for (const [status, level] of [
    [200, 'a'],
    [429, 'b'],
    [201, 'a'],
    [429, undefined],
  ] as const) {
    counter.answered(status, level);
  }
  assert.deepEqual(counter.counts(), { calls: 0, queued: 0, throttled: 2, priorityLevels: { a: 2, b: 1 } });
});
