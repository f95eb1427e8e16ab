import assert from 'node:assert/strict';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { UnworkableError } from '../../src/domain/errors.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import type { ProgramName } from '../../src/toolchain/programs.ts';
import { linesOf, recordingWork, TARGET, testFolder, writeCached, writeScript } from './fake-programs.ts';

async function machine(t: TestContext, env: NodeJS.ProcessEnv = {}) {
  const folder = await testFolder(t);
  const cacheFolder = join(folder, 'cache');
  const onPath = join(folder, 'path');
  await mkdir(onPath);
  const options = {
    env: { PATH: `${onPath}:/usr/bin:/bin`, SANDTIDE_OFFLINE: '1', ...env },
    cacheFolder,
    target: TARGET,
  };
  const find = (name: ProgramName) => createToolchain(options).find(name, recordingWork());
  return { folder, cacheFolder, onPath, options, find };
}

function naming(...parts: string[]) {
  return (error: unknown) => {
    assert.ok(error instanceof UnworkableError);
    for (const part of parts) assert.ok(error.message.includes(part), `${part} is not in: ${error.message}`);
    return true;
  };
}

describe('looking for a program', () => {
  it('refuses an explicit path that leads nowhere, though the cache has the program', async (t) => {
    const { cacheFolder, folder, find } = await machine(t, { SANDTIDE_ETCD: '/nowhere/etcd' });
    await writeCached(cacheFolder, 'etcd');
    await assert.rejects(find('etcd'), naming('SANDTIDE_ETCD=/nowhere/etcd', 'correct the variable'));
    const plain = join(folder, 'plain');
    await writeFile(plain, 'text');
    for (const path of [plain, folder]) {
      const other = await machine(t, { SANDTIDE_KUBE_APISERVER: path });
      await writeCached(other.cacheFolder, 'kube-apiserver');
      await assert.rejects(other.find('kube-apiserver'), naming(`SANDTIDE_KUBE_APISERVER=${path}`));
    }
  });

  it('refuses an explicit program that the system cannot start', async (t) => {
    const folder = await testFolder(t);
    const path = await writeScript(join(folder, 'etcd'), '');
    await writeFile(path, '#!/nowhere/interpreter\n');
    const { find } = await machine(t, { SANDTIDE_ETCD: path });
    await assert.rejects(find('etcd'), naming(`SANDTIDE_ETCD=${path}`, "can't be started"));
  });

  it('takes an explicit program of any version, and of none', async (t) => {
    const folder = await testFolder(t);
    const old = await writeScript(join(folder, 'old'), 'echo "etcd Version: 3.4.1"');
    const silent = await writeScript(join(folder, 'silent'), 'exit 3');
    const { find, onPath } = await machine(t, { SANDTIDE_ETCD: old, SANDTIDE_KWOK: silent });
    await writeScript(join(onPath, 'etcd'), 'echo "etcd Version: 3.6.6"');
    assert.deepEqual(await find('etcd'), { name: 'etcd', version: 'v3.4.1', origin: 'explicit', path: old });
    assert.deepEqual(await find('kwok'), {
      name: 'kwok',
      version: 'unknown',
      origin: 'explicit',
      path: silent,
    });
  });

  it('prefers a fitting program on PATH to the cache, and the cache to an unfitting one', async (t) => {
    const { find, onPath, cacheFolder } = await machine(t);
    const cached = await writeCached(cacheFolder, 'etcd');
    const path = await writeScript(join(onPath, 'etcd'), 'echo "etcd Version: 3.6.2"');
    assert.deepEqual(await find('etcd'), { name: 'etcd', version: 'v3.6.2', origin: 'path', path });
    await writeScript(path, 'echo "etcd Version: 3.5.21"');
    assert.deepEqual(await find('etcd'), { name: 'etcd', version: 'v3.6.6', origin: 'cache', path: cached });
  });

  it('goes on along PATH past a program that does not fit', async (t) => {
    const folder = await testFolder(t);
    const { options, onPath } = await machine(t);
    await writeScript(join(onPath, 'kwok'), 'echo "kwok version v0.7.0"');
    const second = await writeScript(join(folder, 'kwok'), 'echo "kwok version v0.8.0"');
    const env = { ...options.env, PATH: `.:${onPath}:${folder}` };
    const found = await createToolchain({ ...options, env }).find('kwok', recordingWork());
    assert.equal(found.path, second);
  });

  it('asks a program for its version once, and again when its file has changed', async (t) => {
    const { find, onPath, folder } = await machine(t);
    const asked = join(folder, 'asked');
    const path = await writeScript(join(onPath, 'etcd'), `echo x >> "${asked}"; echo "etcd Version: 3.6.2"`);
    await find('etcd');
    await find('etcd');
    assert.equal((await linesOf(asked)).length, 1);
    await utimes(path, new Date(), new Date(1_000_000_000_000));
    await find('etcd');
    assert.equal((await linesOf(asked)).length, 2);
  });

  it('starts no program for what is in the cache', async (t) => {
    const { find, cacheFolder, folder } = await machine(t);
    const started = join(folder, 'started');
    await writeCached(cacheFolder, 'kubectl', `echo x >> "${started}"`);
    assert.equal((await find('kubectl')).origin, 'cache');
    assert.deepEqual(await linesOf(started), []);
  });

  it('passes over a program on PATH that never answers', async (t) => {
    const { find, onPath, cacheFolder } = await machine(t);
    await writeCached(cacheFolder, 'etcd');
    await writeScript(join(onPath, 'etcd'), 'exec sleep 600');
    assert.equal((await find('etcd')).origin, 'cache');
  });

  it('lists what is missing with every place that was tried, and gets nothing', async (t) => {
    const { options, onPath, cacheFolder } = await machine(t);
    await writeCached(cacheFolder, 'kwok');
    await writeScript(join(onPath, 'etcd'), 'echo "etcd Version: 3.5.21"');
    const listed = await createToolchain(options).inventory(recordingWork());
    assert.equal(listed.length, 9);
    assert.equal(listed.find(({ name }) => name === 'kwok')?.origin, 'cache');
    const etcd = listed.find(({ name }) => name === 'etcd')!;
    assert.ok(etcd.origin === 'missing');
    assert.deepEqual(
      etcd.tried.map((line) => line.split(':')[0]),
      ['SANDTIDE_ETCD', 'PATH', 'cache'],
    );
    assert.match(etcd.tried[1]!, /v3\.5\.21, and v3\.6\.x is needed/);
    assert.deepEqual((await readdir(join(cacheFolder, 'tools'))).sort(), ['kwok', 'printed-versions.json']);
  });

  it('throws the reason of an abort', async (t) => {
    const { options, cacheFolder } = await machine(t);
    await writeCached(cacheFolder, 'etcd');
    const reason = new Error('enough');
    await assert.rejects(
      createToolchain(options).find('etcd', recordingWork(AbortSignal.abort(reason))),
      reason,
    );
  });
});
