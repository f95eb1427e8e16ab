import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { clusterFolder } from '../../../src/providers/local/cluster-folder.ts';
import type { ClusterFolder } from '../../../src/providers/local/cluster-folder.ts';
import { localEvidence } from '../../../src/providers/local/evidence.ts';
import { recordOf } from './sample-record.ts';

const HANDLE = { provider: 'local', name: 'st-nightly-0123456789', location: 'here' };
const WORK = { signal: AbortSignal.timeout(300_000), progress: () => undefined };

async function folderOf(t: TestContext): Promise<ClusterFolder> {
  const state = await mkdtemp(join(tmpdir(), 'sandtide-evidence-'));
  t.after(() => rm(state, { recursive: true, force: true }));
  return clusterFolder(state, HANDLE.name);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
}

/** Something that answers on loopback like a controller's metrics, for as long as the test runs. */
async function metricsServer(t: TestContext, status: number): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end('go_goroutines 7\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

describe('the evidence of a local cluster', () => {
  it('is the end of every log, those of a creation that was cut off too, and of nothing else', async (t) => {
    const folder = await folderOf(t);
    await write(join(folder.logs, 'kwokctl.log'), 'kwokctl fell\n');
    await write(join(folder.plane, 'logs', 'etcd.log'), 'etcd rose\n');
    await write(folder.kubeconfig, 'canary');
    await write(join(folder.plane, 'pki', 'admin.key'), 'canary');
    const sources = await localEvidence(folder);
    const texts = await Promise.all(sources.map(async ({ name, collect }) => [name, await collect(WORK)]));
    assert.deepEqual(texts, [
      ['kwokctl.log', 'kwokctl fell\n'],
      ['etcd.log', 'etcd rose\n'],
    ]);
  });

  it('is the logs alone where the record is broken', async (t) => {
    const folder = await folderOf(t);
    await write(join(folder.logs, 'kwokctl.log'), 'kwokctl fell\n');
    await write(folder.record, '{');
    assert.deepEqual(
      (await localEvidence(folder)).map(({ name }) => name),
      ['kwokctl.log'],
    );
  });

  it('is none where nothing was begun', async (t) => {
    assert.deepEqual(await localEvidence(await folderOf(t)), []);
  });

  for (const status of [200, 503]) {
    it(`has what the controller's process says of itself, and says so when that is HTTP ${status}`, async (t) => {
      const folder = await folderOf(t);
      const metricsUrl = await metricsServer(t, status);
      const controller = { command: ['controller'], metricsUrl, process: { pid: 1, startedAtTicks: null } };
      await write(folder.record, JSON.stringify({ ...recordOf(HANDLE, '0123456789', 1), controller }));
      const [metrics] = await localEvidence(folder);
      assert.equal(metrics?.name, 'controller-metrics.txt');
      if (status === 200) assert.equal(await metrics.collect(WORK), 'go_goroutines 7\n');
      else await assert.rejects(metrics.collect(WORK), /answers with HTTP 503/);
    });
  }
});
