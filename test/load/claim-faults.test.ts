import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConflictError, PermissionDeniedError, UnavailableError } from '../../src/domain/errors.ts';
import { claimName } from '../../src/domain/names.ts';
import { runWindow } from '../../src/load/run-window.ts';
import { claimManifest } from '../../src/sandbox/claim-manifest.ts';
import { AlreadyExistsError } from '../../src/kubernetes/api-errors.ts';
import { PLAIN, sandboxOf } from '../support/claim-script.ts';
import { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import { OWNER, accounted, folderOf, sampleDeps, sampleRequest, samples } from './window-samples.ts';

const failure = { object: 'claim', what: 'failed', next: 'look' };

test('a claim that never becomes ready times out, with what its condition said, and is deleted', async (t) => {
  const kube = new FakeSandboxApi((index) => ({
    atOnce: true,
    readyAfterMs: index === 3 ? null : 0,
    notReadyReason: index === 4 ? 'WarmPoolNotFound' : null,
  }));
  const request = sampleRequest({ readyTimeout: '50ms' });
  const result = await runWindow(request, sampleDeps(kube, await folderOf(t)));
  assert.equal(result.counts.timedOut, 2);
  assert.equal(result.counts.ready, 18);
  assert.deepEqual(result.errors, { ReadyTimeout: 1, 'ReadyTimeout: WarmPoolNotFound': 1 });
  assert.equal(samples(result, 'sentToReady'), 18);
  assert.equal(kube.claims.size, 0);
});

test('a terminal reason ends a claim at once, long before its time-out', async (t) => {
  const kube = new FakeSandboxApi((index) => (index === 0 ? { notReadyReason: 'InvalidMetadata' } : {}));
  const folder = await folderOf(t);
  const result = await runWindow(sampleRequest(), sampleDeps(kube, folder));
  assert.deepEqual(result.errors, { InvalidMetadata: 1 });
  assert.equal(result.counts.failed, 1);
  assert.ok(accounted(result));
});

test('a create that was refused fails its claim with the kind of the error, and nothing else', async (t) => {
  const kube = new FakeSandboxApi((index) =>
    index % 2 === 0 ? { neverLands: true, createError: new PermissionDeniedError(failure) } : {},
  );
  const result = await runWindow(sampleRequest(), sampleDeps(kube, await folderOf(t)));
  assert.equal(result.counts.failed, 10);
  assert.deepEqual(result.errors, { PermissionDenied: 10 });
  assert.equal(result.counts.submitted, 20);
  assert.ok(accounted(result));
});

test('a create whose answer was lost is still our claim where it is there', async (t) => {
  const kube = new FakeSandboxApi((index) =>
    index === 7
      ? { createError: new UnavailableError(failure), readyAfterMs: 60 }
      : index === 8
        ? { createError: new AlreadyExistsError(failure), readyAfterMs: 60 }
        : {},
  );
  const result = await runWindow(sampleRequest(), sampleDeps(kube, await folderOf(t)));
  assert.equal(result.counts.ready, 20);
  assert.equal(samples(result, 'sentToReady'), 20);
  assert.equal(kube.claims.size, 0);
});

test('adopts a claim of its own that was ready before, without a latency; leaves a stranger of that name alone', async (t) => {
  const kube = new FakeSandboxApi((index) => (index === 6 ? { readyAfterMs: null } : {}));
  const request = sampleRequest();
  const theirs = claimManifest({
    plan: request.plan,
    windowIndex: 0,
    index: 5,
    attempt: 1,
    readyTimeoutMs: 1000,
    requestedAtMs: 0,
    shutdownAtMs: 0,
  });
  const ours = structuredClone(theirs);
  ours.metadata.name = claimName(OWNER, 0, 6);
  Object.assign(ours.metadata.labels ?? {}, { 'sandtide.dev/index': '6' });
  Object.assign(theirs.metadata.labels ?? {}, { 'sandtide.dev/owner': 'ffffffffff' });
  kube.land(theirs);
  const sandbox = sandboxOf(ours.metadata.name, PLAIN);
  kube.sandboxes.set(sandbox.metadata.name, sandbox);
  ours['status'] = {
    sandbox: { name: sandbox.metadata.name },
    conditions: [{ type: 'Ready', status: 'True' }],
  };
  // Ours lands, ready, after the first list but before its own create: the late try of a driver that died.
  kube.when(
    () => kube.created.includes(2),
    () => kube.land(ours),
  );
  const result = await runWindow(request, sampleDeps(kube, await folderOf(t)));
  assert.deepEqual(result.errors, { [new ConflictError(failure).kind]: 1 });
  assert.equal(result.counts.ready, 19);
  assert.equal(samples(result, 'sentToReady'), 18);
  assert.deepEqual([...kube.claims.keys()], [theirs.metadata.name]);
  assert.ok(!kube.deleted.includes(5));
});

test('a watch that was cut loses no claim', async (t) => {
  const kube = new FakeSandboxApi();
  kube.when(
    () => kube.created.length === 5,
    () => kube.cutWatches(),
  );
  kube.when(
    () => kube.readied.length === 20,
    () => kube.mendWatches(),
  );
  const result = await runWindow(sampleRequest(), sampleDeps(kube, await folderOf(t)));
  assert.equal(result.counts.ready, 20);
  assert.equal(samples(result, 'sentToReady'), 20);
  assert.equal(result.generator.watchRelisted, 1);
});

for (const seen of [true, false]) {
  test(`a claim that somebody else deletes fails, ${seen ? 'seen live' : 'found out after a cut of the watch'}`, async (t) => {
    const kube = new FakeSandboxApi((index) => (index === 0 ? { readyAfterMs: null } : {}));
    const name = claimName(OWNER, 0, 0);
    kube.when(
      () => kube.claims.has(name),
      () => {
        if (!seen) kube.cutWatches();
        kube.vanish(name);
        if (!seen) kube.mendWatches();
      },
    );
    const result = await runWindow(sampleRequest(), sampleDeps(kube, await folderOf(t)));
    assert.deepEqual(result.errors, { ClaimDeleted: 1 });
    assert.equal(result.generator.watchRelisted, seen ? 0 : 1);
    assert.ok(accounted(result));
  });
}

test('a delete that fails is tried again', async (t) => {
  const kube = new FakeSandboxApi((index) => ({ deleteFailures: index === 2 ? 1 : 0 }));
  const result = await runWindow(sampleRequest({ total: 4 }), sampleDeps(kube, await folderOf(t)));
  assert.equal(kube.claims.size, 0);
  assert.equal(samples(result, 'sentToReleased'), 4);
});
