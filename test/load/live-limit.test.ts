import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LiveLimit } from '../../src/load/live-limit.ts';

test('never lets more live than allowed, and starts everything in order of arrival', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.boolean(), { maxLength: 200 }), (most, moves) => {
      const limit = new LiveLimit(most);
      const started: number[] = [];
      let entered = 0;
      let left = 0;
      for (const enters of moves) {
        if (enters) {
          const number = entered;
          entered += 1;
          limit.enter(() => started.push(number));
        } else if (left < started.length) {
          left += 1;
          limit.leave();
        }
        assert.ok(limit.live <= most);
        assert.equal(limit.live, started.length - left);
        assert.equal(started.length, Math.min(entered, left + most));
      }
      assert.deepEqual(
        started,
        Array.from({ length: started.length }, (_, at) => at),
      );
    }),
  );
});

test('thousands that wait all start in the end', () => {
  const limit = new LiveLimit(1);
  let started = 0;
  for (let index = 0; index < 5_000; index += 1) limit.enter(() => (started += 1));
  for (let index = 0; index < 5_000; index += 1) limit.leave();
  assert.equal(started, 5_000);
  assert.equal(limit.delays.delayed, 4_999);
  assert.equal(limit.live, 0);
});

test('counts who lived before and lets nobody in above the limit for that', () => {
  const limit = new LiveLimit(2);
  for (let index = 0; index < 3; index += 1) limit.occupy();
  let started = false;
  limit.enter(() => (started = true));
  limit.leave();
  assert.equal(started, false);
  limit.leave();
  assert.equal(started, true);
  assert.equal(limit.peak, 3);
});
