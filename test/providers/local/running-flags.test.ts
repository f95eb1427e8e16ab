import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { TestContext } from 'node:test';
import { clusterFolder } from '../../../src/providers/local/cluster-folder.ts';
import { clusterEnvironment } from '../../../src/providers/local/cluster-processes.ts';
import { runningFlags } from '../../../src/providers/local/running-flags.ts';
import { identifyProcess } from '../../../src/system/process-identity.ts';
import { recordOf } from './sample-record.ts';

const HANDLE = { provider: 'local', name: 'st-nightly-0123456789', location: 'here' };
const SCRIPT = 'console.log("up"); setInterval(() => {}, 1000)';

function folderOf(t: TestContext) {
  const state = mkdtempSync(join(tmpdir(), 'sandtide-flags-'));
  t.after(() => rmSync(state, { recursive: true, force: true }));
  return clusterFolder(state, HANDLE.name);
}

/** A process of the cluster with those arguments behind its script. */
async function startedWith(t: TestContext, args: string[]) {
  const child = spawn(process.execPath, ['-e', SCRIPT, '--', ...args], {
    env: clusterEnvironment(folderOf(t)),
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

it('tells the arguments of each component that runs, by the name its version goes by, with no path of the machine', async (t) => {
  const folder = folderOf(t);
  const args = [`--data-dir=${folder.plane}/etcd`, '--unsafe-no-fsync=true'];
  const etcd = await startedWith(t, args);
  const kwok = await startedWith(t, ['--node-lease-duration-seconds=200']);
  const record = {
    ...recordOf(HANDLE, '0123456789', 1),
    processes: {
      etcd: identifyProcess(etcd.pid!),
      'kwok-controller': identifyProcess(kwok.pid!),
      // Its number is another process's by now.
      'kube-scheduler': { pid: kwok.pid!, startedAtTicks: '1' },
      'kube-apiserver': { pid: 2 ** 22 + 1, startedAtTicks: '1' },
      'exec-gate': identifyProcess(kwok.pid!),
    },
  };
  const ours = (list: string[] = []) => list.slice(['-e', SCRIPT, '--'].length);
  const flags = runningFlags(folder, record);
  assert.deepEqual(Object.keys(flags), ['etcd', 'kwok']);
  assert.deepEqual(ours(flags['etcd']), [
    '--data-dir=$CLUSTER/kwok/clusters/plane/etcd',
    '--unsafe-no-fsync=true',
  ]);
  assert.deepEqual(ours(flags['kwok']), ['--node-lease-duration-seconds=200']);
});

it('keeps what stays in history small, whatever the arguments', async (t) => {
  const etcd = await startedWith(t, [
    ...Array<string>(1_000).fill('--flag=1'),
    `--long=${'x'.repeat(10_000)}`,
  ]);
  const record = {
    ...recordOf(HANDLE, '0123456789', 1),
    processes: { etcd: identifyProcess(etcd.pid!) },
  };
  const { etcd: flags = [] } = runningFlags(folderOf(t), record);
  assert.ok(JSON.stringify(flags).length < 20_000);
  assert.match(flags.at(-1) ?? '', /^and \d+ more$/);
});
