import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { execa } from 'execa';
import { UnworkableError } from '../../src/domain/errors.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { pinnedProgram } from '../../src/toolchain/pinned-programs.ts';
import type { ProgramName } from '../../src/toolchain/programs.ts';
import { releaseFile } from '../../src/toolchain/release-files.ts';
import { recordingWork, TARGET, testFolder, writeFakeGo, writeScript } from './fake-programs.ts';

async function site(t: TestContext, answer: RequestListener) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror`, requests };
}

async function machine(
  t: TestContext,
  base: string,
  pins: Partial<Record<ProgramName, string>>,
  env: NodeJS.ProcessEnv = {},
) {
  const folder = await testFolder(t);
  const goCalls = await writeFakeGo(folder);
  const pinnedDownloads = Object.entries(pins).map(([name, sha256]) => ({
    name: name as ProgramName,
    version: pinnedProgram(name as ProgramName).version,
    target: TARGET,
    sha256,
  }));
  const cacheFolder = join(folder, 'cache');
  const path = `${join(folder, 'bin')}:/usr/bin:/bin`;
  const toolchain = createToolchain({
    env: { PATH: path, SANDTIDE_DOWNLOAD_BASE_URL: base, ...env },
    cacheFolder,
    target: TARGET,
    pinnedDownloads,
  });
  const leftFolders = async () =>
    (await readdir(join(cacheFolder, 'tools'))).filter((name) => name.startsWith('.'));
  return { toolchain, goCalls, leftFolders, tools: join(cacheFolder, 'tools') };
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const pathOf = (name: ProgramName) =>
  `/mirror${releaseFile(name, pinnedProgram(name).version, TARGET)!.path}`;

describe('downloading a program', () => {
  it('installs a plain program whose digest is the pinned one, and finds it in the cache afterwards', async (t) => {
    const content = '#!/bin/sh\necho kwok\n';
    const { base, requests } = await site(t, (_request, response) => response.end(content));
    const { toolchain, leftFolders } = await machine(t, base, { kwok: sha256(content) });
    const work = recordingWork();
    const found = await toolchain.find('kwok', work);
    assert.deepEqual([found.origin, found.version], ['download', 'v0.8.0']);
    assert.equal((await execa(found.path)).stdout, 'kwok');
    assert.deepEqual(requests, [pathOf('kwok')]);
    assert.match(work.lines[0]!, /^downloading kwok v0\.8\.0 \(1 of 1\), 0s$/);
    assert.deepEqual(await toolchain.find('kwok', work), { ...found, origin: 'cache' });
    assert.equal(requests.length, 1);
    assert.deepEqual(await leftFolders(), []);
  });

  for (const name of ['temporal', 'etcd'] as const) {
    it(`takes the one program out of ${name}'s archive`, async (t) => {
      const folder = await testFolder(t);
      const member = releaseFile(name, pinnedProgram(name).version, TARGET)!.member!;
      await mkdir(join(folder, 'tree'));
      await writeScript(join(folder, 'tree', member), `echo ${name}`);
      await writeScript(join(folder, 'tree', 'other'), 'exit 1');
      await execa('tar', ['-czf', join(folder, 'archive'), '-C', join(folder, 'tree'), member, 'other']);
      const archive = await readFile(join(folder, 'archive'));
      const { base } = await site(t, (_request, response) => response.end(archive));
      const { toolchain, tools } = await machine(t, base, { [name]: sha256(archive) });
      const found = await toolchain.find(name, recordingWork());
      assert.equal(found.origin, 'download');
      assert.equal((await execa(found.path)).stdout, name);
      assert.deepEqual(await readdir(tools), [name]);
    });
  }

  it('refuses another digest, names both, and installs and builds nothing', async (t) => {
    const { base } = await site(t, (_request, response) => response.end('not what was pinned'));
    const pinned = sha256('what was pinned');
    const { toolchain, tools, goCalls } = await machine(t, base, { kwokctl: pinned });
    await assert.rejects(toolchain.find('kwokctl', recordingWork()), (error) => {
      assert.ok(error instanceof UnworkableError);
      assert.ok(error.message.includes(pinned));
      assert.ok(error.message.includes(sha256('not what was pinned')));
      return true;
    });
    assert.deepEqual(await readdir(tools), []);
    await assert.rejects(readFile(goCalls));
  });

  it('builds what the site does not have, and says so in one line', async (t) => {
    const { base } = await site(t, (_request, response) => response.writeHead(404).end());
    const { toolchain } = await machine(t, base, { kwok: sha256('x') });
    const work = recordingWork();
    assert.equal((await toolchain.find('kwok', work)).origin, 'build');
    assert.equal(work.lines.filter((line) => /HTTP 404.*kwok will be built/.test(line)).length, 1);
  });

  it('asks a site that hangs up once only, in every toolchain of the process', async (t) => {
    const { base, requests } = await site(t, (request) => request.socket.destroy());
    const digests = { kwok: sha256('x'), kwokctl: sha256('y'), kubectl: sha256('z') };
    const first = await machine(t, base, digests);
    const work = recordingWork();
    const found = await first.toolchain.findAll(['kwok', 'kwokctl', 'kubectl'], work);
    assert.deepEqual(
      Object.values(found).map(({ origin }) => origin),
      ['build', 'build', 'build'],
    );
    assert.equal(work.lines.filter((line) => line.includes('out of reach')).length, 1);
    const second = await machine(t, base, digests);
    await second.toolchain.find('kwok', work);
    assert.equal(requests.length, 1);
  });

  it('goes on without a site that never answers', async (t) => {
    const { base } = await site(t, () => undefined);
    const { toolchain } = await machine(t, base, { kwok: sha256('x') });
    const work = recordingWork();
    assert.equal((await toolchain.find('kwok', work)).origin, 'build');
    assert.ok(work.lines.some((line) => line.includes('no answer')));
  });

  it('leaves nothing of a download that breaks off', async (t) => {
    const { base } = await site(t, (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => response.destroy());
    });
    const { toolchain, leftFolders } = await machine(t, base, { kwok: sha256('x') });
    assert.equal((await toolchain.find('kwok', recordingWork())).origin, 'build');
    assert.deepEqual(await leftFolders(), []);
  });

  it('never asks for a program without a pinned digest, nor for anything when offline', async (t) => {
    const content = 'program';
    const { base, requests } = await site(t, (_request, response) => response.end(content));
    const unpinned = await machine(t, base, {});
    assert.equal((await unpinned.toolchain.find('kwok', recordingWork())).origin, 'build');
    const offline = await machine(t, base, { kwok: sha256(content) }, { SANDTIDE_OFFLINE: '1' });
    assert.equal((await offline.toolchain.find('kwok', recordingWork())).origin, 'build');
    assert.deepEqual(requests, []);
  });

  it('stops on abort with its reason and leaves nothing', async (t) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { base } = await site(t, (_request, response) => {
      response.writeHead(200);
      response.write('half', () => controller.abort(reason));
    });
    const { toolchain, leftFolders } = await machine(t, base, { kwok: sha256('x') });
    await assert.rejects(toolchain.find('kwok', recordingWork(controller.signal)), reason);
    assert.deepEqual(await leftFolders(), []);
  });

  it('refuses a base URL that is none', () => {
    assert.throws(() => createToolchain({ env: { SANDTIDE_DOWNLOAD_BASE_URL: 'mirror' } }), UnworkableError);
  });
});
