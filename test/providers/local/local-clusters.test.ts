import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ConflictError, UnworkableError } from '../../../src/domain/errors.ts';
import type { ClusterHandle } from '../../../src/domain/plan.ts';
import type { Work } from '../../../src/domain/work.ts';
import { clusterFolder } from '../../../src/providers/local/cluster-folder.ts';
import { clusterEnvironment } from '../../../src/providers/local/cluster-processes.ts';
import type { ClusterRecord } from '../../../src/providers/local/cluster-record.ts';
import { listRecords } from '../../../src/providers/local/cluster-record.ts';
import { localClusters } from '../../../src/providers/local/local-clusters.ts';
import { recordOf } from './sample-record.ts';

const work: Work = { signal: AbortSignal.timeout(300_000), progress: () => undefined };
const OWNER = '0123456789';
const handle: ClusterHandle = { provider: 'local', name: `st-tide-${OWNER}`, location: 'here' };

describe('local clusters, without any program of the control plane', () => {
  let state: string;
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'sandtide-clusters-'));
  });
  afterEach(() => rm(state, { recursive: true, force: true }));

  const root = () => clusterFolder(state, handle.name).root;

  async function recorded(port: number, changes: Partial<ClusterRecord> = {}): Promise<void> {
    const { record } = clusterFolder(state, handle.name);
    await mkdir(root(), { recursive: true });
    await writeFile(record, JSON.stringify({ ...recordOf(handle, OWNER, port), ...changes }));
  }

  /** Something that was started for the cluster and does not name it in its arguments. */
  async function started() {
    const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
      env: clusterEnvironment(clusterFolder(state, handle.name)),
    });
    await once(child.stdout, 'data');
    return child;
  }

  it('lists what is recorded, and nothing where there is nothing', async () => {
    assert.deepEqual(await localClusters(state).list(work), []);
    await recorded(1);
    assert.deepEqual(await localClusters(state).list(work), [
      {
        handle,
        owner: OWNER,
        runName: 'tide',
        leaseUntilSeconds: 7,
        home: { kind: 'embedded', sessionId: 'dead', workflowId: 'tide' },
      },
    ]);
  });

  it('cut off in the removal of a cluster, leave none that anybody could take for whole', async () => {
    await recorded(1, { made: true });
    const child = await started();
    const cutOff = new AbortController();
    const progress = () => cutOff.abort(new Error('the run was reset'));
    const removal = localClusters(state).remove(handle, OWNER, { signal: cutOff.signal, progress });
    await assert.rejects(removal, /the run was reset/).finally(() => child.kill('SIGKILL'));
    assert.deepEqual(
      (await listRecords(state)).map(({ made }) => made),
      [false],
    );
    await localClusters(state).remove(handle, OWNER, work);
  });

  it('forgets a folder whose create was cut off before it wrote anything down', async () => {
    await mkdir(root(), { recursive: true });
    await writeFile(join(root(), 'lock'), JSON.stringify({ pid: 2 ** 30, startedAtTicks: '1' }));
    assert.deepEqual(await localClusters(state).list(work), []);
    await assert.rejects(access(root()));
  });

  it('passes over what is no cluster of ours', async () => {
    await mkdir(join(state, 'local', '.DS_Store'), { recursive: true });
    assert.deepEqual(await localClusters(state).list(work), []);
    assert.deepEqual(await listRecords(state), []);
  });

  it('names process, folder and port of the owner among the leftovers, and removes them', async (test) => {
    const listener = createServer().listen(0, '127.0.0.1');
    test.after(() => listener.close());
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    await recorded(port);
    const child = await started();
    const clusters = localClusters(state);
    assert.deepEqual(
      (await clusters.leftovers(OWNER, work)).map(({ kind, name }) => [kind, name]),
      [
        ['process', String(child.pid)],
        ['folder', root()],
        ['port', `127.0.0.1:${port}`],
      ],
    );
    assert.deepEqual(await clusters.leftovers('ffffffffff', work), []);
    listener.close();
    await clusters.remove(handle, OWNER, work);
    assert.deepEqual(await clusters.leftovers(OWNER, work), []);
    assert.equal(child.signalCode ?? (await once(child, 'exit'))[1], 'SIGTERM');
    await assert.rejects(access(root()));
  });

  it('finds and ends a process whose folder somebody has removed already', async () => {
    const child = await started();
    const clusters = localClusters(state);
    assert.deepEqual(
      (await clusters.leftovers(OWNER, work)).map(({ name }) => name),
      [String(child.pid)],
    );
    await clusters.remove(handle, OWNER, work);
    assert.deepEqual(await clusters.leftovers(OWNER, work), []);
  });

  it("refuses to remove a stranger's", async () => {
    await recorded(1);
    await assert.rejects(localClusters(state).remove(handle, 'ffffffffff', work), ConflictError);
    await access(root());
  });

  for (const name of ['../elsewhere', '..', '', 'a/b', '/etc', 'Upper']) {
    it(`takes ${JSON.stringify(name)} for no name of a cluster`, async () => {
      await assert.rejects(localClusters(state).remove({ ...handle, name }, OWNER, work), UnworkableError);
    });
  }
});
