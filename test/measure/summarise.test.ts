import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LatencyRecorder } from '../../src/measure/histograms.ts';
import { summarise } from '../../src/measure/summarise.ts';
import { goodWindow, LOAD } from './window-result-samples.ts';

function near(actual: number | null | undefined, expected: number): void {
  assert.ok(
    Math.abs((actual ?? Number.NaN) - expected) <= expected / 500,
    `${String(actual)} is not near ${expected}`,
  );
}

test('percentiles are in milliseconds and ranks of what was measured', () => {
  const stats = summarise([goodWindow()], LOAD).latency.sentToReady?.all;
  assert.equal(stats?.count, 200);
  near(stats?.p50Ms, 199);
  near(stats?.p90Ms, 279);
  near(stats?.p95Ms, 289);
  near(stats?.p99Ms, 297);
  near(stats?.maxMs, 299);
  near(stats?.meanMs, 199.5);
});

test('bursts ask for no rate that what is sent between the first and the last of them could be held against', () => {
  const load: typeof LOAD = { ...LOAD, arrivals: { shape: 'bursts', size: 50, every: '10s' } };
  assert.equal(summarise([goodWindow()], load).rates.targetQps, null);
});

test('leaves out splits and series without a sample', () => {
  const { latency } = summarise([goodWindow()], LOAD);
  assert.deepEqual(Object.keys(latency).toSorted(), ['dueToSent', 'sentToReady']);
  assert.deepEqual(Object.keys(latency.sentToReady ?? {}).toSorted(), ['all', 'warm']);
});

test('the submit rate counts intervals, the completion rate ready claims over first send to last ready', () => {
  const { rates } = summarise([goodWindow()], LOAD);
  assert.equal(rates.targetQps, 10);
  near(rates.submitQps, 10);
  near(rates.completionQps, 10);
});

test('windows add up: counts and errors by sum, rates over the whole span, extremes by the greatest', () => {
  const first = { ...goodWindow(), errors: { Conflict: 1 } };
  const second = goodWindow();
  second.windowIndex = 1;
  second.firstSentMs = 1_020_000;
  second.lastSentMs = 1_039_900;
  second.lastReadyMs = 1_040_000;
  second.errors = { Conflict: 2, ExecFailed: 1 };
  second.generator = { ...second.generator, attempts: 3, peakConcurrent: 9, watchRelisted: 2 };
  const summary = summarise([first, second], LOAD);
  assert.equal(summary.claims.due, 400);
  assert.equal(summary.latency.sentToReady?.warm?.count, 400);
  assert.deepEqual(summary.errors, { Conflict: 3, ExecFailed: 1 });
  near(summary.rates.submitQps, 10);
  assert.equal(summary.generator.attempts, 3);
  assert.equal(summary.generator.peakConcurrent, 9);
  assert.equal(summary.generator.watchRelisted, 2);
  assert.equal(summary.generator.cpuSeconds, 3);
  assert.deepEqual(summarise([second, first], LOAD), summary);
});

test('no data reads as nothing, never as 0', () => {
  const empty = goodWindow({ submitted: 0, ready: 0, warm: 0, notSubmitted: 200 });
  empty.firstSentMs = empty.lastSentMs = empty.lastReadyMs = null;
  empty.histograms = {};
  for (const windows of [[], [empty]]) {
    const summary = summarise(windows, LOAD);
    assert.deepEqual(summary.latency, {});
    assert.equal(summary.rates.submitQps, null);
    assert.equal(summary.rates.completionQps, null);
  }
});

test('one single send has no rate', () => {
  const single = goodWindow({ due: 1, submitted: 1, ready: 1, warm: 1 });
  single.lastSentMs = single.firstSentMs;
  assert.equal(summarise([single], LOAD).rates.submitQps, null);
});

test('a summary survives JSON', () => {
  const recorder = new LatencyRecorder();
  recorder.record('exec', 'all', Number.POSITIVE_INFINITY);
  const summary = summarise([{ ...goodWindow(), histograms: recorder.encode() }], LOAD);
  assert.deepEqual(JSON.parse(JSON.stringify(summary)), summary);
  assert.equal(summary.latency.exec?.all?.maxMs, 3_600_000);
});
