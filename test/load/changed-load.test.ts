import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadChange } from '../../src/domain/load-change.ts';
import { epochMs } from '../../src/load/epoch-clock.ts';
import type { ListenForChanges } from '../../src/load/load-changes.ts';
import { runWindow } from '../../src/load/run-window.ts';
import { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import { accounted, endsOf, folderOf, sampleDeps, sampleRequest } from './window-samples.ts';

/** Changes as they are told, and whether anybody listens. */
class Operator {
  #tell: ((changes: readonly LoadChange[]) => void) | null = null;
  readonly #said: LoadChange[];

  constructor(...before: LoadChange[]) {
    this.#said = before;
  }

  readonly changes: ListenForChanges = (tell) => {
    this.#tell = tell;
    tell([...this.#said]);
    return Promise.resolve(() => (this.#tell = null));
  };

  get isHeard(): boolean {
    return this.#tell !== null;
  }

  say(change: LoadChange): void {
    this.#said.push(change);
    this.#tell?.([...this.#said]);
  }
}

test('a window that waits for an arrival in half an hour is over at once when there is none any more', async (t) => {
  const kube = new FakeSandboxApi();
  const operator = new Operator();
  kube.when(
    () => kube.deleted.length === 1,
    () => operator.say({ kind: 'rate', atOffsetMs: 60_000, qps: 1e-9 }),
  );
  const request = sampleRequest({ qps: 2 / 3600, duration: '1h', total: 2 });
  const deps = sampleDeps(kube, await folderOf(t), { changes: operator.changes });
  const result = await runWindow(request, deps);
  assert.deepEqual([result.counts.due, result.counts.ready], [1, 1]);
  assert.ok(accounted(result));
  assert.ok(!operator.isHeard);
});

test('a window to the end of the load has the claims of an extension too', async (t) => {
  const kube = new FakeSandboxApi();
  const operator = new Operator();
  kube.when(
    () => kube.created.length === 3,
    () => operator.say({ kind: 'extend', atOffsetMs: 10, byMs: 100 }),
  );
  const request = { ...sampleRequest(), arrivals: null };
  const deps = sampleDeps(kube, await folderOf(t), { changes: operator.changes });
  const result = await runWindow(request, deps);
  assert.deepEqual([result.counts.due, result.counts.ready], [40, 40]);
  assert.ok(accounted(result));
});

test('nothing is sent in a pause, and all of the rest after it', async (t) => {
  const kube = new FakeSandboxApi();
  const folder = await folderOf(t);
  const operator = new Operator({ kind: 'pause', atOffsetMs: 42 });
  // All that were due before are over: nothing more comes but by a resume.
  kube.when(
    () => kube.deleted.length === 9,
    () => operator.say({ kind: 'resume', atOffsetMs: 542 }),
  );
  const result = await runWindow(sampleRequest(), sampleDeps(kube, folder, { changes: operator.changes }));
  assert.equal(result.counts.ready, 20);
  const ends = await endsOf(folder);
  const due = (index: number): number => (ends.get(index)?.dueMs ?? NaN) - result.startedAtMs;
  assert.ok(Math.abs(due(8) - 40) < 0.001);
  assert.ok(Math.abs(due(9) - 545) < 0.001, `${due(9)}`);
});

test('a window in the middle of the load is a slice of its timeline', async (t) => {
  const folder = await folderOf(t);
  const kube = new FakeSandboxApi();
  const loadStartsAtMs = epochMs() - 30;
  const request = { ...sampleRequest(), firstIndex: 5, arrivals: 10, windowIndex: 0, loadStartsAtMs };
  const result = await runWindow(request, sampleDeps(kube, folder));
  const ends = await endsOf(folder);
  assert.deepEqual(
    [...ends.keys()].toSorted((one, other) => one - other),
    Array.from({ length: 10 }, (_, at) => at + 5),
  );
  for (const [index, { dueMs }] of ends) {
    assert.ok(Math.abs(dueMs - loadStartsAtMs - index * 5) < 0.001, `claim ${index}`);
  }
  assert.equal(result.counts.due, 10);
});
