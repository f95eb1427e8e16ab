import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { IndexSet } from '../../src/load/index-set.ts';
import { planTakeOver } from '../../src/load/take-over.ts';
import type { Found } from '../../src/load/take-over.ts';

function found(changes: Partial<Omit<Found, 'ended'>> & { ended?: number[] }): Found {
  const ended = new IndexSet();
  for (const index of changes.ended ?? []) ended.add(index);
  return {
    firstIndex: 0,
    end: 10,
    dueUntil: 0,
    present: new Set(),
    journalWhole: true,
    ...changes,
    ended,
  };
}

test('a window that nobody began is begun at its first arrival', () => {
  const plan = planTakeOver(found({ journalWhole: false }));
  assert.deepEqual(plan, { release: [], adopt: [], unknown: [], notSubmitted: [], next: 0 });
});

test('each claim goes where it belongs', () => {
  const plan = planTakeOver(found({ dueUntil: 7, ended: [0, 1], present: new Set([1, 3]) }));
  assert.deepEqual(plan, { release: [1], adopt: [3], unknown: [2], notSubmitted: [4, 5, 6], next: 7 });
});

test('with a part of the journal elsewhere nothing can be called not submitted', () => {
  const plan = planTakeOver(found({ dueUntil: 7, ended: [0], present: new Set([3]), journalWhole: false }));
  assert.deepEqual(plan.unknown, [1, 2, 4, 5, 6]);
  assert.deepEqual(plan.notSubmitted, []);
});

test('a claim that was sent before this clock calls it due is not sent again', () => {
  const plan = planTakeOver(found({ firstIndex: 100, end: 110, dueUntil: 102, present: new Set([104]) }));
  assert.equal(plan.next, 105);
  assert.deepEqual(plan.adopt, [104]);
});

test('claims that were sent beyond the end of a load that was cut down are waited for', () => {
  const plan = planTakeOver(found({ end: 3, dueUntil: 3, ended: [0, 1, 2, 4], present: new Set([3, 5]) }));
  assert.deepEqual(plan, { release: [], adopt: [3, 5], unknown: [], notSubmitted: [], next: 6 });
});

test('every claim before the next arrival has exactly one fate', () => {
  const indexes = fc.array(fc.integer({ min: 50, max: 149 }));
  fc.assert(
    fc.property(
      indexes,
      indexes,
      fc.integer({ min: 50, max: 150 }),
      fc.boolean(),
      (ended, present, dueUntil, whole) => {
        const state = found({
          firstIndex: 50,
          end: 150,
          dueUntil,
          ended,
          present: new Set(present),
          journalWhole: whole,
        });
        const plan = planTakeOver(state);
        const settled = new Set(ended.filter((index) => !present.includes(index)));
        const all = [...plan.release, ...plan.adopt, ...plan.unknown, ...plan.notSubmitted, ...settled];
        assert.deepEqual(
          all.sort((one, other) => one - other),
          Array.from({ length: plan.next - 50 }, (_, at) => at + 50),
        );
        assert.ok(plan.next >= dueUntil && plan.next <= 150);
      },
    ),
  );
});
