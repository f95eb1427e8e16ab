import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SystemSample } from '../../src/domain/system-sample.ts';
import { mergeWindows } from '../../src/measure/merge-windows.ts';
import type { SeriesDigest } from '../../src/measure/series.ts';
import { driftOfCourse, NO_SERIES, whatGrows, withWindow } from '../../src/measure/series.ts';
import { summarise } from '../../src/measure/summarise.ts';
import { watchWindow } from '../../src/measure/watch.ts';
import type { WindowResult } from '../../src/measure/window-result.ts';
import { goodWindow, LOAD } from './window-result-samples.ts';

const SAMPLE: SystemSample = {
  controllerMemoryBytes: 100 * 1024 * 1024,
  controllerStartedAtSeconds: 10,
  objects: { pods: 20, events: 100 },
  storageBytes: 1024 * 1024,
  pool: { ready: 10, wanted: 20 },
  orphans: { sandboxes: 0, pods: 0 },
  workerMemoryBytes: 1024 * 1024,
};

const windowAt = (windowIndex: number): WindowResult => ({
  ...goodWindow(),
  windowIndex,
  startedAtMs: 1_000_000 + windowIndex * 20_000,
  sentUntilMs: 1_020_000 + windowIndex * 20_000,
});

function digestOf(windows: number, sampleAt: (index: number) => Partial<SystemSample> = () => ({})) {
  let digest: SeriesDigest = NO_SERIES;
  for (let index = 0; index < windows; index += 1) {
    ({ digest } = withWindow(digest, windowAt(index), { ...SAMPLE, ...sampleAt(index) }, 0));
  }
  return digest;
}

test('a summary of merged windows is the summary of all', () => {
  const windows = [0, 1, 2, 3, 4].map(windowAt);
  // What needs the windows apart, or the time between them, is no part of this claim.
  const told = (summary: ReturnType<typeof summarise>) => ({
    ...summary,
    drift: null,
    generator: { ...summary.generator, cpuFraction: null },
  });
  assert.deepEqual(told(summarise([mergeWindows(windows)], LOAD)), told(summarise(windows, LOAD)));
});

test('the digest of a hundred windows is as small as that of a quarter of them, and has its first and its last', () => {
  const [short, long] = [digestOf(25), digestOf(100)];
  assert.ok(JSON.stringify(long).length < 1.2 * JSON.stringify(short).length);
  assert.ok(long.points.length <= 24);
  assert.equal(long.points[0]?.window, 0);
  assert.equal(long.windows, 100);
});

test('restarts are counted by the start of the process, and growth from the first window', () => {
  const digest = digestOf(6, (index) => ({
    controllerStartedAtSeconds: index < 2 ? 10 : index < 4 ? 20 : 30,
    controllerMemoryBytes: (100 + index * 10) * 1024 * 1024,
    objects: { pods: 20, events: 100 + index },
  }));
  assert.equal(digest.courses.controllerRestarts?.last, 2);
  const memory = digest.courses.controllerMemoryMiB;
  assert.ok(memory !== undefined);
  assert.equal(driftOfCourse(memory), 0.5);
  assert.deepEqual(whatGrows(digest.objects, 5), [['events', 5]]);
});

test('how far the pool is behind is told in seconds of this load', () => {
  const { row } = withWindow(NO_SERIES, windowAt(0), SAMPLE, 0);
  assert.equal(row.figures.poolBehindSeconds, 1); // 10 missing at 10 claims a second
});

test('what can not be read is no figure, and not 0', () => {
  const { row } = withWindow(
    NO_SERIES,
    windowAt(0),
    { ...SAMPLE, orphans: null, objects: null, pool: null },
    0,
  );
  const { orphans, storedObjects, poolBehindSeconds } = row.figures;
  assert.deepEqual([orphans, storedObjects, poolBehindSeconds], [null, null, null]);
});

test('a rule is told when its windows are full, once, and anew after a window that keeps to it', () => {
  const rules = [{ threshold: 'orphans <= 0', windows: 2, action: 'abort' as const }];
  let streaks: Record<string, number> = {};
  const told = [1, 1, 1, 0, 1, 1].map((orphans, index) => {
    const window = windowAt(index);
    const { row, digest } = withWindow(
      NO_SERIES,
      window,
      { ...SAMPLE, orphans: { sandboxes: orphans, pods: 0 } },
      0,
    );
    const watched = watchWindow(rules, { window, row, digest, load: LOAD }, streaks);
    ({ streaks } = watched);
    return watched.missed.length;
  });
  assert.deepEqual(told, [0, 1, 0, 0, 0, 1]);
});

test('a window without the data that a rule asks for misses it', () => {
  const rules = [{ threshold: 'orphans <= 0', windows: 1, action: 'note' as const }];
  const window = windowAt(0);
  const { row, digest } = withWindow(NO_SERIES, window, { ...SAMPLE, orphans: null }, 0);
  const { missed } = watchWindow(rules, { window, row, digest, load: LOAD }, {});
  assert.match(missed[0]?.text ?? '', /there is no data/);
});
