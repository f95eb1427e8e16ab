import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { runWindow } from '../../src/load/run-window.ts';
import type { WindowDeps } from '../../src/load/run-window.ts';
import type { WindowPosition, WindowRequest } from '../../src/load/window.ts';
import type { WindowResult } from '../../src/measure/window-result.ts';
import type { ClaimScript } from '../support/claim-script.ts';
import { FakeSandboxApi } from '../support/fake-sandbox-api.ts';
import { accounted, endsOf, folderOf, sampleDeps, sampleRequest } from './window-samples.ts';

/** What a driver that died left behind: the claims in the API, its journal, and its last heartbeat. */
export interface Died {
  kube: FakeSandboxApi;
  folder: string;
  position: WindowPosition;
  request: WindowRequest;
}

const GONE = new Error('this worker is gone');

/**
 * A driver that is stopped as a worker that dies would be, at the very moment when the API's figures fulfil `when`:
 * it does nothing more, and what it asked for before takes place all the same.
 */
export async function die(
  t: TestContext,
  when: (kube: FakeSandboxApi) => boolean,
  script: (index: number) => Partial<ClaimScript>,
  request = sampleRequest(),
): Promise<Died> {
  const kube = new FakeSandboxApi(script);
  const folder = await folderOf(t);
  return dieAgain({ kube, folder, request }, when);
}

/** As `die`, for a further attempt at the same window. */
export async function dieAgain(
  { kube, folder, request }: Omit<Died, 'position'>,
  when: (kube: FakeSandboxApi) => boolean,
  changes: Partial<WindowDeps> = {},
): Promise<Died> {
  const stopping = new AbortController();
  let position: WindowPosition | null = null;
  const heartbeat = (latest: WindowPosition): void => {
    position = latest;
  };
  kube.when(
    () => when(kube),
    () => stopping.abort(GONE),
  );
  const deps = sampleDeps(kube, folder, { signal: stopping.signal, heartbeat, ...changes });
  await assert.rejects(runWindow(request, deps), GONE);
  await kube.landed();
  assert.ok(position !== null);
  return { kube, folder, position, request };
}

/** The next attempt, to the window's end. */
export async function goOn(
  { kube, folder, position, request }: Died,
  changes: Partial<WindowDeps> = {},
): Promise<WindowResult> {
  return runWindow(request, sampleDeps(kube, folder, { attempt: 2, resume: position, ...changes }));
}

/**
 * What holds of every window that a second attempt went on with and whose journal is whole, wherever the first one
 * stopped and however long that took: each claim has one fate, and the timeline is the same.
 */
export async function assertWentOn(died: Died, sentBefore: number[]): Promise<void> {
  const { kube, folder, position, request } = died;
  let resumedAtMs = 0;
  const heartbeat = (): void => {
    if (resumedAtMs === 0) resumedAtMs = performance.timeOrigin + performance.now();
  };
  const result = await goOn(died, { heartbeat });

  assert.equal(result.startedAtMs, position.startedAtMs);
  assert.equal(result.generator.attempts, position.attempt + 1);
  assert.equal(result.counts.due, request.arrivals);
  assert.equal(result.counts.unknown, 0);
  assert.equal(result.counts.ready, kube.created.length);
  assert.equal(new Set(kube.created).size, kube.created.length, 'a claim was sent twice');
  assert.ok(accounted(result));
  assert.equal(kube.claims.size, 0);

  const ends = await endsOf(folder);
  assert.equal(ends.size, request.load.total);
  for (const [index, { dueMs, sentMs, end }] of ends) {
    const offsetMs = (index * 1000) / Number(request.load.qps);
    assert.ok(Math.abs(dueMs - position.startedAtMs - offsetMs) < 0.001, `claim ${index} left the timeline`);
    const sent = kube.created.includes(index);
    assert.equal(end, sent ? 'ready' : 'not-submitted');
    if (!sent || sentBefore.includes(index)) continue;
    assert.ok(dueMs >= resumedAtMs, `claim ${index} was made up for`);
    assert.ok(Number(sentMs) >= dueMs);
  }
  const lastDueMs = position.startedAtMs + ((request.load.total - 1) * 1000) / Number(request.load.qps);
  assert.ok(result.endedAtMs >= lastDueMs, 'it stopped before its last arrival');
}
