import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dwelling, dwellMs, longestDwellMs } from '../../src/load/dwell.ts';
import { runWindow } from '../../src/load/run-window.ts';
import { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import { sampleLoad } from '../support/sample-load.ts';
import { die, goOn } from './dying-drivers.ts';
import { folderOf, linesOf, sampleDeps, sampleRequest, samples } from './window-samples.ts';

test('a claim that is ready dwells before its delete, and one that failed does not', async (t) => {
  const kube = new FakeSandboxApi((index) => (index === 3 ? { notReadyReason: 'InvalidMetadata' } : {}));
  const folder = await folderOf(t);
  const result = await runWindow(sampleRequest({ total: 6, dwell: '40ms' }), sampleDeps(kube, folder));
  const lines = await linesOf(folder);
  const ends = lines.flatMap((line) => ('ended' in line ? [line.ended] : []));
  for (const { index, readyMs, end } of ends) {
    const released = lines.flatMap((line) => ('released' in line ? [line.released] : []));
    const atMs = released.find((each) => each.index === index)?.atMs ?? NaN;
    if (end === 'ready') assert.ok(atMs - Number(readyMs) >= 39, `claim ${index}`);
  }
  assert.equal(kube.deleted[0], 3);
  assert.equal(result.counts.ready, 5);
  assert.equal(samples(result, 'sentToReady'), 5);
});

test('a driver that dies while claims dwell loses nothing that was measured', async (t) => {
  const request = sampleRequest({ total: 5, dwell: '1h' });
  const died = await die(
    t,
    (kube) => kube.readied.length === 5,
    () => ({}),
    request,
  );
  const brief = { ...died, request: sampleRequest({ total: 5, dwell: '1ms' }) };
  const result = await goOn(brief);
  assert.equal(result.counts.ready, 5);
  assert.equal(died.kube.claims.size, 0);
});

test('exponential dwell times have the mean that is asked, and are cut off', () => {
  const load = sampleLoad({ dwell: '10s', dwellDistribution: 'exponential' });
  const times = Array.from({ length: 20_000 }, (_, index) => dwellMs(load, index));
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  // A twentieth is seven deviations of the mean of so many.
  assert.ok(Math.abs(mean / 10_000 - 1) < 0.05, `${mean}`);
  assert.ok(times.every((time) => time > 0 && time <= longestDwellMs(load)));
  assert.equal(longestDwellMs(load), 100_000);
  assert.equal(dwellMs(load, 77), times[77]);
});

test('whoever dwells can be let go, and nobody dwells after that', async () => {
  const dwelling = new Dwelling();
  const waiting = Promise.all([dwelling.wait(3_600_000), dwelling.wait(3_600_000)]);
  dwelling.end();
  await waiting;
  await dwelling.wait(3_600_000);
});
