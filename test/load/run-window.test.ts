import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnavailableError } from '../../src/domain/errors.ts';
import { claimName } from '../../src/domain/names.ts';
import { epochMs } from '../../src/load/epoch-clock.ts';
import { runWindow } from '../../src/load/run-window.ts';
import type { WindowPosition } from '../../src/load/window.ts';
import type { WindowLive } from '../../src/measure/window-live.ts';
import { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import { OWNER, endsOf, folderOf, linesOf, sampleDeps, sampleRequest, samples } from './window-samples.ts';

const failure = { object: 'claim', what: 'failed', next: 'look' };

test('every claim becomes ready, is measured, journaled before its delete, and deleted', async (t) => {
  const kube = new FakeSandboxApi((index) => ({ launch: index < 15 ? 'warm' : 'cold' }));
  const folder = await folderOf(t);
  const beats: [WindowPosition, WindowLive][] = [];
  const deps = sampleDeps(kube, folder, { heartbeat: (position, live) => beats.push([position, live]) });
  const result = await runWindow(sampleRequest(), deps);

  assert.deepEqual(result.counts, {
    due: 20,
    submitted: 20,
    ready: 20,
    failed: 0,
    timedOut: 0,
    notSubmitted: 0,
    unknown: 0,
    warm: 15,
    cold: 5,
    launchUnknown: 0,
  });
  for (const series of [
    'dueToSent',
    'dueToReady',
    'sentToAcknowledged',
    'sentToBound',
    'boundToReady',
    'sentToReady',
    'sentToReleased',
  ] as const) {
    assert.equal(samples(result, series), 20, series);
    assert.equal(samples(result, series, 'cold'), 5, series);
  }
  assert.equal(samples(result, 'exec'), 0);
  assert.deepEqual(
    kube.created,
    Array.from({ length: 20 }, (_, index) => index),
  );
  assert.equal(kube.claims.size, 0);
  assert.equal(kube.watchers, 0);
  assert.deepEqual(result.errors, {});
  assert.deepEqual(beats[0]?.[0], { startedAtMs: result.startedAtMs, attempt: 1 });
  assert.equal(result.journal.host, 'here');
  const { dueToReady, ...figures } = beats.at(-1)![1];
  assert.deepEqual(figures, { due: 20, dueByNow: 20, sent: 20, ended: 20, live: 0, ready: 20, failed: 0 });
  assert.deepEqual(Object.keys(dueToReady), ['all', 'warm', 'cold']);

  const lines = await linesOf(folder);
  for (const index of kube.deleted) {
    const ended = lines.findIndex((line) => 'ended' in line && line.ended.index === index);
    const released = lines.findIndex((line) => 'released' in line && line.released.index === index);
    assert.ok(ended !== -1 && ended < released, `claim ${index}`);
  }
});

test('times of a claim stand in the order of its life, on one timeline', async (t) => {
  const folder = await folderOf(t);
  const result = await runWindow(sampleRequest({}, ['work']), sampleDeps(new FakeSandboxApi(), folder));
  for (const [index, claim] of await endsOf(folder)) {
    assert.ok(Math.abs(claim.dueMs - (result.startedAtMs + index * 5)) < 0.001);
    const order = [
      claim.dueMs,
      claim.sentMs,
      claim.boundMs,
      claim.readyMs,
      claim.execStartedMs,
      claim.execEndedMs,
    ];
    for (let at = 1; at < order.length; at += 1)
      assert.ok(Number(order[at]) >= Number(order[at - 1]), `${index}: ${at}`);
    assert.ok(Number(claim.acknowledgedMs) > Number(claim.sentMs));
  }
});

test('a claim that is ready before its create is answered counts as ready, with both times', async (t) => {
  const kube = new FakeSandboxApi(() => ({ answersOnceReady: true }));
  const folder = await folderOf(t);
  const result = await runWindow(sampleRequest(), sampleDeps(kube, folder));
  assert.equal(result.counts.ready, 20);
  assert.equal(samples(result, 'sentToAcknowledged'), 20);
  for (const claim of (await endsOf(folder)).values())
    assert.ok(Number(claim.readyMs) < Number(claim.acknowledgedMs));
  assert.equal(kube.claims.size, 0);
});

test('a failed exec fails the claim but not the measure of its readiness', async (t) => {
  const kube = new FakeSandboxApi((index) =>
    index === 0 ? { exitCode: 1 } : index === 1 ? { exitCode: new UnavailableError(failure) } : {},
  );
  const folder = await folderOf(t);
  const result = await runWindow(sampleRequest({}, ['work', 'hard']), sampleDeps(kube, folder));
  assert.deepEqual(result.errors, { 'ExecFailed: exit code 1': 1, ExecFailed: 1 });
  const ends = await endsOf(folder);
  assert.deepEqual(
    [0, 1, 2].map((index) => ends.get(index)?.execExitCode),
    [1, undefined, 0],
  );
  assert.equal(result.counts.ready, 18);
  assert.equal(samples(result, 'sentToReady'), 20);
  assert.equal(samples(result, 'exec'), 18);
  assert.deepEqual(kube.executed[0], { pod: `pod-of-${claimName(OWNER, 0, 0)}`, command: ['work', 'hard'] });
});

test('a launch type that cannot be read is unknown, not guessed', async (t) => {
  const kube = new FakeSandboxApi(() => ({ launch: null }));
  const result = await runWindow(sampleRequest(), sampleDeps(kube, await folderOf(t)));
  assert.equal(result.counts.launchUnknown, 20);
  assert.equal(samples(result, 'sentToReady'), 20);
  assert.equal(samples(result, 'sentToReady', 'warm') + samples(result, 'sentToReady', 'cold'), 0);
});

test('maxConcurrent bounds claims that live, and what it holds back is counted', async (t) => {
  const { promise: allDue, resolve: tell } = Promise.withResolvers<void>();
  const kube = new FakeSandboxApi(() => ({ readyOnce: allDue }));
  const heartbeat = (_: WindowPosition, { dueByNow, live }: WindowLive): void => {
    if (dueByNow === 20 && live === 3) tell();
  };
  const deps = sampleDeps(kube, await folderOf(t), { heartbeat });
  const result = await runWindow(sampleRequest({ maxConcurrent: 3 }), deps);
  assert.equal(result.counts.ready, 20);
  assert.equal(kube.mostClaims, 3);
  assert.equal(result.generator.peakConcurrent, 3);
  assert.equal(result.generator.delayedByMaxConcurrent, 17);
  assert.ok(result.generator.longestDelayMs > 0);
});

test('what falls due while the window is made ready is sent late, not given up', async (t) => {
  const kube = new FakeSandboxApi();
  const heartbeat = ({ startedAtMs }: WindowPosition): void => {
    while (epochMs() < startedAtMs + 30); // nothing else gets its turn until seven are due
  };
  const result = await runWindow(sampleRequest(), sampleDeps(kube, await folderOf(t), { heartbeat }));
  assert.equal(result.counts.ready, 20);
  assert.equal(samples(result, 'dueToSent'), 20);
});

test('claims that were sent and are not over yet are told while they live', async (t) => {
  const kube = new FakeSandboxApi(() => ({ readyAfterMs: null }));
  const stopping = new AbortController();
  const reason = new Error('seen');
  const seen: WindowLive[] = [];
  const heartbeat = (_: WindowPosition, live: WindowLive): void => {
    if (live.sent < 20) return;
    seen.push(live);
    stopping.abort(reason);
  };
  const request = sampleRequest({ maxConcurrent: 20 });
  const deps = sampleDeps(kube, await folderOf(t), { heartbeat, signal: stopping.signal });
  await assert.rejects(runWindow(request, deps), (error) => error === reason);
  assert.deepEqual(seen, [
    { due: 20, dueByNow: 20, sent: 20, ended: 0, live: 20, ready: 0, failed: 0, dueToReady: {} },
  ]);
});

test('an abort ends it with its reason and leaves live claims and no activity behind', async (t) => {
  const kube = new FakeSandboxApi(() => ({ readyAfterMs: null }));
  const stopping = new AbortController();
  const reason = new Error('worker shutdown');
  // The sixth waits for room by then; one that were let in by the abort itself would be the sixth that is created.
  const heartbeat = (_: WindowPosition, { dueByNow, live }: WindowLive): void => {
    if (dueByNow === 20 && live === 5) stopping.abort(reason);
  };
  const deps = sampleDeps(kube, await folderOf(t), { signal: stopping.signal, heartbeat });
  await assert.rejects(runWindow(sampleRequest({ maxConcurrent: 5 }), deps), (error) => error === reason);
  assert.deepEqual(kube.deleted, []);
  assert.equal(kube.created.length, 5);
  assert.equal(kube.watchers, 0);
});

test('a watch beyond repair ends the window with its error', async (t) => {
  const kube = new FakeSandboxApi(() => ({ readyAfterMs: null }));
  const error = new UnavailableError(failure);
  kube.when(
    () => kube.created.length === 3,
    () => kube.breakWatches(error),
  );
  await assert.rejects(
    runWindow(sampleRequest(), sampleDeps(kube, await folderOf(t))),
    (thrown) => thrown === error,
  );
});

test('a journal that cannot be written ends the window before a claim is deleted', async (t) => {
  const kube = new FakeSandboxApi();
  const folder = await folderOf(t);
  await assert.rejects(
    runWindow(sampleRequest(), sampleDeps(kube, `${folder}/\0`)),
    (error) => error instanceof UnavailableError && /journal/.test(error.message),
  );
  assert.deepEqual(kube.created, []);
});
