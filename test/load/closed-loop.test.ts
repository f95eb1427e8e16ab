import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnavailableError } from '../../src/domain/errors.ts';
import { epochMs } from '../../src/load/epoch-clock.ts';
import { Resting } from '../../src/load/closed-loop.ts';
import { runWindow } from '../../src/load/run-window.ts';
import type { WindowRequest } from '../../src/load/window.ts';
import { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import { die, goOn } from './dying-drivers.ts';
import { accounted, endsOf, folderOf, sampleDeps, sampleRequest } from './window-samples.ts';

function closedRequest(live: number, total: number, duration = '1h'): WindowRequest {
  const arrivals = { shape: 'closedLoop', live } as const;
  return sampleRequest({ arrivals, total, duration, qps: undefined });
}

test('as many claims live as are asked for, never more, until the last one is sent', async (t) => {
  const kube = new FakeSandboxApi();
  const folder = await folderOf(t);
  const result = await runWindow(closedRequest(4, 25), sampleDeps(kube, folder));
  assert.deepEqual([result.counts.due, result.counts.ready], [25, 25]);
  assert.deepEqual([kube.mostClaims, result.generator.peakConcurrent], [4, 4]);
  assert.equal(result.generator.delayedByMaxConcurrent, 0);
  assert.ok(accounted(result));
  for (const { dueMs, sentMs } of (await endsOf(folder)).values()) assert.equal(dueMs, sentMs);
});

test('it ends with its time, and says how many claims that made', async (t) => {
  const kube = new FakeSandboxApi();
  const result = await runWindow(closedRequest(2, 1_000_000, '50ms'), sampleDeps(kube, await folderOf(t)));
  assert.equal(result.counts.due, kube.created.length);
  assert.ok(accounted(result));
});

test('a claim that fails keeps its place for a while', async (t) => {
  const rest = new Resting();
  rest.ended({ end: 'ready' });
  assert.deepEqual([rest.count(), rest.nextMs], [0, Infinity]);
  rest.ended({ end: 'failed' });
  rest.ended({ end: 'timed-out' });
  assert.equal(rest.count(), 2);

  const refused = { object: 'claim', what: 'failed', next: 'look' };
  const kube = new FakeSandboxApi(() => ({ neverLands: true, createError: new UnavailableError(refused) }));
  const result = await runWindow(closedRequest(3, 1_000_000, '100ms'), sampleDeps(kube, await folderOf(t)));
  assert.deepEqual([result.counts.due, result.counts.failed], [3, 3]);
});

test('the next attempt keeps as many alive, those of the one before among them', async (t) => {
  const request = closedRequest(3, 12);
  let ready = false;
  const script = (index: number) => (index < 5 || ready ? {} : { readyAfterMs: null });
  const died = await die(t, (kube) => kube.created.length === 8, script, request);
  assert.equal(died.kube.claims.size, 3);
  ready = true;
  for (const name of died.kube.claims.keys()) died.kube.vanish(name);
  const result = await goOn({ ...died, position: { ...died.position, sentUntil: 8 } });
  assert.deepEqual([result.counts.due, result.counts.ready, result.counts.unknown], [12, 9, 3]);
  assert.equal(died.kube.mostClaims, 3);
  assert.ok(accounted(result));
});

test('a window in the middle of a closed loop keeps to its own time', async (t) => {
  const kube = new FakeSandboxApi();
  const folder = await folderOf(t);
  const loadStartsAtMs = epochMs();
  const request = {
    ...closedRequest(2, 1_000_000),
    loadStartsAtMs,
    stretch: { fromMs: 60, untilMs: 120 },
    arrivals: null,
  };
  const result = await runWindow(request, sampleDeps(kube, folder));
  for (const { sentMs } of (await endsOf(folder)).values()) {
    const offsetMs = Number(sentMs) - loadStartsAtMs;
    assert.ok(offsetMs >= 60, `${offsetMs}`);
  }
  assert.equal(result.counts.due, kube.created.length);
});
