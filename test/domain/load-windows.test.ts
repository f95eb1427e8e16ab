import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { LoadChange } from '../../src/domain/load-change.ts';
import { isPaused, loadLengthMs, windowOf } from '../../src/domain/load-windows.ts';

const load = (changes: LoadChange[] = [], stopAtMs: number | null = null) => ({
  plannedMs: 60_000,
  windowMs: 10_000,
  changes,
  stopAtMs,
});

test('windows follow each other without a gap until the load ends, whatever its length', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 60 }), (planned, each) => {
      const whole = { ...load(), plannedMs: planned * 1000, windowMs: each * 1000 };
      let atMs = 0;
      for (let index = 0; ; index += 1) {
        const { fromMs, untilMs, last } = windowOf(index, whole);
        assert.equal(fromMs, atMs);
        assert.ok(untilMs - fromMs < 1.5 * each * 1000 || index === 0);
        atMs = untilMs;
        if (last) break;
      }
      assert.equal(atMs, planned * 1000);
    }),
  );
});

test('a load that is longer than a window by less than half is one window', () => {
  assert.equal(windowOf(0, { ...load(), plannedMs: 14_999 }).last, true);
  assert.equal(windowOf(0, { ...load(), plannedMs: 15_000 }).last, false);
});

test('pauses and extensions make it longer, and an open pause has no end', () => {
  const paused: LoadChange = { kind: 'pause', atOffsetMs: 5_000 };
  const resumed: LoadChange = { kind: 'resume', atOffsetMs: 9_000 };
  assert.equal(loadLengthMs(load([paused])), Number.POSITIVE_INFINITY);
  assert.equal(isPaused([paused]), true);
  assert.equal(loadLengthMs(load([paused, resumed])), 64_000);
  assert.equal(isPaused([paused, resumed]), false);
  assert.equal(loadLengthMs(load([{ kind: 'extend', atOffsetMs: 1, byMs: 7_000 }])), 67_000);
  assert.equal(windowOf(40, load([paused])).untilMs, 410_000);
});

test('a load that is ended early has its last window there', () => {
  assert.deepEqual(windowOf(2, load([], 23_000)), { index: 2, fromMs: 20_000, untilMs: 23_000, last: true });
});

test('a last window that has outgrown the others is not cut back when the load gets longer', () => {
  const begun = { plannedMs: 34_000, windowMs: 10_000, stopAtMs: null, starts: { 2: 20_000 } };
  assert.equal(windowOf(2, { ...begun, changes: [] }).untilMs, 34_000);
  const extended: LoadChange[] = [{ kind: 'extend', atOffsetMs: 33_000, byMs: 20_000 }];
  assert.deepEqual(windowOf(2, { ...begun, changes: extended }), {
    index: 2,
    fromMs: 20_000,
    untilMs: 40_000,
    last: false,
  });
  assert.equal(windowOf(3, { ...begun, changes: extended }).fromMs, 40_000);
  assert.equal(windowOf(2, { ...begun, changes: [{ kind: 'pause', atOffsetMs: 33_000 }] }).untilMs, 40_000);
});

test('a window that is followed by one keeps its end, although the load now ends soon after', () => {
  const paused: LoadChange[] = [
    { kind: 'pause', atOffsetMs: 5_000 },
    { kind: 'resume', atOffsetMs: 19_000 },
  ];
  const load = { plannedMs: 9_000, windowMs: 10_000, changes: paused, stopAtMs: null };
  const starts = { 1: 10_000, 2: 20_000 };
  assert.deepEqual(windowOf(1, { ...load, starts }), {
    index: 1,
    fromMs: 10_000,
    untilMs: 20_000,
    last: false,
  });
  assert.deepEqual(windowOf(2, { ...load, starts }), {
    index: 2,
    fromMs: 20_000,
    untilMs: 23_000,
    last: true,
  });
});
