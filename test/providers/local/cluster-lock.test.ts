import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UnavailableError } from '../../../src/domain/errors.ts';
import type { Work } from '../../../src/domain/work.ts';
import { clusterFolder } from '../../../src/providers/local/cluster-folder.ts';
import type { ClusterFolder } from '../../../src/providers/local/cluster-folder.ts';
import { holdingCluster } from '../../../src/providers/local/cluster-lock.ts';
import type { ClusterHold } from '../../../src/providers/local/cluster-lock.ts';
import { makePrivate } from '../../../src/providers/private-folder.ts';
import { identifyProcess } from '../../../src/system/process-identity.ts';

const work: Work = { signal: AbortSignal.timeout(300_000), progress: () => undefined };

async function inState(act: (state: string, folder: ClusterFolder) => Promise<void>): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'sandtide-lock-'));
  try {
    await act(state, clusterFolder(state, 'st-held-0123456789'));
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}

test('many who want to change a cluster do so one after the other', () =>
  inState(async (state, folder) => {
    let inside = 0;
    const most: number[] = [];
    const turn = async () => {
      inside += 1;
      most.push(inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 5 }, () => holdingCluster(state, folder, work, turn)));
    assert.deepEqual(most, [1, 1, 1, 1, 1]);
  }));

test('what a dead process held is taken at once', () =>
  inState(async (state, folder) => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const dead = identifyProcess(child.pid ?? 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await makePrivate(folder.root);
    await writeFile(folder.lock, JSON.stringify(dead));
    assert.equal(await holdingCluster(state, folder, work, async () => 'taken'), 'taken');
  }));

test('a lock that says nothing, as a power cut may leave it, keeps nobody waiting', () =>
  inState(async (state, folder) => {
    await makePrivate(folder.root);
    await writeFile(folder.lock, '');
    assert.equal(await holdingCluster(state, folder, work, async () => 'taken'), 'taken');
  }));

test('who stands still loses the cluster, and is told so before it changes anything', () =>
  inState(async (state, folder) => {
    const frozen = Promise.withResolvers<ClusterHold>();
    const thawed = Promise.withResolvers<void>();
    const first = holdingCluster(state, folder, work, async (hold) => {
      frozen.resolve(hold);
      await thawed.promise;
    });
    const hold = await frozen.promise;
    await hold.assertHeld();
    // As a process that was stopped a minute ago would have left it.
    const then = new Date(Date.now() - 60_000);
    await utimes(folder.lock, then, then);
    await holdingCluster(state, folder, work, async (second) => {
      await second.assertHeld();
      await assert.rejects(hold.assertHeld(), UnavailableError);
    });
    thawed.resolve();
    await first;
  }));

test('who waits stops waiting on abort', () =>
  inState(async (state, folder) => {
    const abort = new AbortController();
    const reason = new Error('enough');
    await holdingCluster(state, folder, work, async () => {
      const waiting = holdingCluster(
        state,
        folder,
        { signal: abort.signal, progress: () => abort.abort(reason) },
        async () => undefined,
      );
      await assert.rejects(waiting, (error) => error === reason);
    });
  }));
