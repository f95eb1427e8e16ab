import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unbegun } from '../../src/load/claim-book.ts';
import { WindowTally } from '../../src/load/window-tally.ts';
import type { ClaimTimeline } from '../../src/measure/window-result.ts';

function claim(changes: Partial<ClaimTimeline>): ClaimTimeline {
  return { ...unbegun(0, 'c-0', 100), sentMs: 101, ...changes };
}

test('counts each claim once under its end, and reasons of those that failed', () => {
  const tally = new WindowTally(7);
  tally.ended(claim({ end: 'ready', launch: 'warm', readyMs: 200 }));
  tally.ended(claim({ end: 'ready', launch: 'cold', sentMs: 99, readyMs: 300 }));
  tally.ended(claim({ end: 'ready', sentMs: 150 }));
  tally.ended(claim({ end: 'failed', reason: 'Conflict' }));
  tally.ended(claim({ end: 'timed-out', reason: 'ReadyTimeout' }));
  tally.ended(claim({ end: 'unknown', sentMs: null }));
  tally.ended(claim({ end: 'not-submitted', sentMs: null }));
  const result = tally.result();
  assert.deepEqual(result.counts, {
    due: 7,
    submitted: 6,
    ready: 3,
    failed: 1,
    timedOut: 1,
    notSubmitted: 1,
    unknown: 1,
    warm: 1,
    cold: 1,
    launchUnknown: 1,
  });
  assert.deepEqual(result.errors, { Conflict: 1, ReadyTimeout: 1 });
  assert.deepEqual([result.firstSentMs, result.lastSentMs, result.lastReadyMs], [99, 150, 300]);
});

test('measures only what was seen at both ends', () => {
  const tally = new WindowTally(2);
  tally.ended(claim({ end: 'ready', launch: 'warm', readyMs: 200 }));
  tally.ended(claim({ end: 'ready', launch: 'warm' }));
  assert.deepEqual(Object.keys(tally.result().histograms).toSorted(), [
    'dueToReady.all',
    'dueToReady.warm',
    'dueToSent.all',
    'dueToSent.warm',
    'sentToReady.all',
    'sentToReady.warm',
  ]);
});

test('nothing happened reads as nulls', () => {
  const { firstSentMs, lastSentMs, lastReadyMs, histograms } = new WindowTally(5).result();
  assert.deepEqual([firstSentMs, lastSentMs, lastReadyMs, histograms], [null, null, null, {}]);
});

test('a whole life is measured only of claims that ended ready', () => {
  const tally = new WindowTally(2);
  tally.released(claim({ end: 'failed' }), 500);
  assert.deepEqual(tally.result().histograms, {});
  tally.released(claim({ end: 'ready' }), 500);
  assert.deepEqual(Object.keys(tally.result().histograms), ['sentToReleased.all']);
});

test('the latencies so far are those of the claims that ended, warm and cold apart', () => {
  const tally = new WindowTally(3);
  assert.deepEqual(tally.dueToReadySoFar(), {});
  tally.ended(claim({ end: 'ready', launch: 'warm', readyMs: 110 }));
  tally.ended(claim({ end: 'ready', readyMs: 120 }));
  const { all, warm, cold } = tally.dueToReadySoFar();
  assert.deepEqual([all?.p50Ms, cold], [warm?.p50Ms, undefined]);
  assert.ok(Math.abs(Number(warm?.p99Ms) - 10) < 0.02, `${warm?.p99Ms}`);
  assert.ok(Math.abs(Number(all?.p99Ms) - 20) < 0.02, `${all?.p99Ms}`);
});
