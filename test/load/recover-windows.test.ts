import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recoverWindows } from '../../src/load/recover-windows.ts';
import { runWindow } from '../../src/load/run-window.ts';
import { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import { OWNER, folderOf, sampleDeps, sampleRequest, samples } from './window-samples.ts';

const NEVER = new AbortController().signal;

test('a journal read back says the same of its claims as the window itself', async (t) => {
  const folder = await folderOf(t);
  const kube = new FakeSandboxApi((index) => ({ launch: index < 15 ? 'warm' : 'cold' }));
  const whole = await runWindow(sampleRequest(), sampleDeps(kube, folder));
  const [recovered, ...more] = await recoverWindows({ folder, owner: OWNER, signal: NEVER }, 'here');
  assert.equal(more.length, 0);
  assert.deepEqual(recovered?.counts, whole.counts);
  assert.equal(recovered?.firstSentMs, whole.firstSentMs);
  assert.equal(recovered?.lastReadyMs, whole.lastReadyMs);
  assert.deepEqual(recovered?.journal, whole.journal);
  for (const series of ['dueToReady', 'sentToReleased'] as const)
    assert.equal(samples(recovered, series), samples(whole, series));
});

test('of a load that was cut short the claims that were over by then are known', async (t) => {
  const folder = await folderOf(t);
  const stopping = new AbortController();
  const kube = new FakeSandboxApi((index) => ({ readyAfterMs: index < 4 ? 1 : null }));
  kube.when(
    () => kube.deleted.length === 4,
    () => stopping.abort(new Error('cancelled')),
  );
  await assert.rejects(
    runWindow(sampleRequest(), sampleDeps(kube, folder, { signal: stopping.signal })),
    /cancelled/,
  );
  const [recovered] = await recoverWindows({ folder, owner: OWNER, signal: NEVER }, 'here');
  assert.equal(recovered?.counts.due, 4);
  assert.equal(recovered?.counts.ready, 4);
  assert.equal(samples(recovered, 'sentToReady'), 4);
});

test("nothing is known from another run's journal, or without one", async (t) => {
  const folder = await folderOf(t);
  const of = (owner: string) => recoverWindows({ folder, owner, signal: NEVER }, 'here');
  assert.deepEqual(await of(OWNER), []);
  await runWindow(sampleRequest(), sampleDeps(new FakeSandboxApi(), folder));
  assert.deepEqual(await of('9876543210'), []);
});
