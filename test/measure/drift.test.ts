import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driftOf } from '../../src/measure/drift.ts';
import { LatencyRecorder } from '../../src/measure/histograms.ts';
import { summarise } from '../../src/measure/summarise.ts';
import { checkThresholds } from '../../src/measure/thresholds.ts';
import type { WindowResult } from '../../src/measure/window-result.ts';
import { goodWindow, LOAD } from './window-result-samples.ts';

/** Windows each of whose claims, all warm, took so long. */
function windowsOf(...latenciesMs: number[]): WindowResult[] {
  return latenciesMs.map((ms, windowIndex) => {
    const recorder = new LatencyRecorder();
    for (const split of ['all', 'warm'] as const) recorder.record('dueToReady', split, ms * 1000);
    return { ...goodWindow(), windowIndex, histograms: recorder.encode() };
  });
}

test('drift is what the last quarter of the windows took beyond the first one, whatever lies between', () => {
  const windows = windowsOf(100, 100, 900, 900, 900, 900, 120, 120);
  assert.equal(driftOf(windows).warm?.windows, 2);
  assert.ok(Math.abs((driftOf(windows).warm?.p50Growth ?? 0) - 0.2) < 0.002);
  assert.ok(Math.abs((driftOf(windows.toReversed()).all?.p99Growth ?? 0) - 0.2) < 0.002);
});

test('latencies that fall have a drift below nothing', () => {
  assert.ok((driftOf(windowsOf(200, 1, 1, 100)).warm?.p99Growth ?? 0) < -0.49);
});

test('three windows tell no drift, and claims of a kind that was not there tell none either', () => {
  assert.deepEqual(driftOf(windowsOf(100, 100, 100)), {});
  assert.equal(driftOf(windowsOf(100, 100, 100, 100)).cold, undefined);
});

test('a threshold of drift is held against the growth', () => {
  const summary = summarise(windowsOf(100, 100, 100, 130), LOAD);
  const [within, beyond] = checkThresholds(summary, ['warm drift p99 <= 31%', 'warm drift p99 <= 29%']);
  assert.equal(within?.met, true);
  assert.equal(beyond?.met, false);
  assert.match(beyond?.found ?? '', /^\d+(\.\d+)? % from the first window to the last$/);
});
