import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { lock } from 'proper-lockfile';
import { UnavailableError, UnworkableError } from '../../src/domain/errors.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { linesOf, recordingWork, TARGET, testFolder, writeCached, writeFakeGo } from './fake-programs.ts';

async function machine(t: TestContext, go: Parameters<typeof writeFakeGo>[1] | null = {}) {
  const folder = await testFolder(t);
  const goCalls = go === null ? '' : await writeFakeGo(folder, go);
  const cacheFolder = join(folder, 'cache');
  const tools = join(cacheFolder, 'tools');
  await mkdir(tools, { recursive: true });
  const env: NodeJS.ProcessEnv = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, SANDTIDE_OFFLINE: '1' };
  const toolchain = createToolchain({ env, cacheFolder, target: TARGET });
  const dotted = async () => (await readdir(tools)).filter((name) => name.startsWith('.'));
  return { folder, env, goCalls, cacheFolder, tools, toolchain, dotted };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('building programs', () => {
  it('builds the programs of one tool together, and only those that are missing', async (t) => {
    const { toolchain, goCalls, cacheFolder, tools } = await machine(t);
    await writeCached(cacheFolder, 'kubectl');
    const work = recordingWork();
    const found = await toolchain.findAll(['kube-apiserver', 'kubectl', 'etcd', 'kube-scheduler'], work);
    assert.deepEqual(
      ['kube-apiserver', 'kubectl', 'etcd', 'kube-scheduler'].map((name) => found[name]?.origin),
      ['build', 'cache', 'build', 'build'],
    );
    const calls = await linesOf(goCalls);
    assert.equal(calls.length, 2);
    assert.match(
      calls[0]!,
      /^install -mod=readonly -buildvcs=false -ldflags -s -w k8s.io\S+\/kube-apiserver k8s.io\S+\/kube-scheduler$/,
    );
    assert.ok(work.lines.includes('building kube-apiserver, kube-scheduler (1 of 2), 0s'));
    assert.ok(work.lines.includes('building etcd (2 of 2), 0s'));
    assert.deepEqual(await readdir(join(tools, 'etcd', 'v3.6.6-linux-x64')), ['etcd']);
    const folders = (await readdir(tools, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    assert.deepEqual(
      new Set(folders.map((entry) => entry.name)),
      new Set(['etcd', 'kube-apiserver', 'kube-scheduler', 'kubectl']),
    );
  });

  it('gives Go its own copy of the go.mod, and an environment that makes our program', async (t) => {
    const { toolchain, folder, env } = await machine(t, {
      install: `env > seen; pwd >> seen; ls >> seen; cp seen "$HOME/seen"; exit 1`,
    });
    Object.assign(env, {
      HOME: folder,
      GOOS: 'plan9',
      GOFLAGS: '-mod=vendor',
      CGO_ENABLED: '1',
      GOTOOLCHAIN: 'auto',
    });
    await assert.rejects(toolchain.find('etcd', recordingWork()));
    const seen = await linesOf(join(folder, 'seen'));
    for (const line of [
      'CGO_ENABLED=0',
      'GOTOOLCHAIN=local',
      'GOWORK=off',
      'GOPROXY=off',
      'go.mod',
      'go.sum',
    ]) {
      assert.ok(seen.includes(line), line);
    }
    assert.ok(!seen.some((line) => line.startsWith('GOOS=')));
    assert.ok(seen.some((line) => line.startsWith(join(folder, 'cache'))));
  });

  for (const [claim, go, told] of [
    ['without a Go', null, 'there is no go on PATH'],
    ['with an older Go', { version: 'go1.25.4' }, 'is go1.25.4'],
  ] as const) {
    it(`says ${claim} what was tried for which program, and what to install, before the first build`, async (t) => {
      const { toolchain, goCalls, env } = await machine(t, go);
      // A Go of the system's own must not be found.
      if (go === null) env.PATH = '/nowhere';
      await assert.rejects(toolchain.findAll(['etcd', 'kwok'], recordingWork()), (error) => {
        assert.ok(error instanceof UnworkableError);
        const parts = [
          'etcd, kwok',
          told,
          'install Go 1.26',
          'SANDTIDE_ETCD: not set',
          'SANDTIDE_KWOK: not set',
          'cache: no ',
          'download: ',
        ];
        for (const part of parts)
          assert.ok(error.message.includes(part), `${part} is not in: ${error.message}`);
        return true;
      });
      assert.deepEqual(await linesOf(goCalls), []);
    });
  }

  it("tells a module proxy out of reach from code that doesn't build, with Go's own last lines", async (t) => {
    const unreachable = 'go: example.com/x@v1.0.0: Get "http://proxy/": dial tcp 10.0.0.1:443: i/o timeout';
    const network = await machine(t, { install: `echo '${unreachable}' >&2; exit 1` });
    await assert.rejects(network.toolchain.find('etcd', recordingWork()), (error) => {
      assert.ok(error instanceof UnavailableError);
      assert.ok(error.message.includes(unreachable));
      return true;
    });
    assert.deepEqual(await network.dotted(), []);
    const code = await machine(t, { install: `seq 100 >&2; echo 'x.go:1:1: undefined: y' >&2; exit 1` });
    await assert.rejects(code.toolchain.find('etcd', recordingWork()), (error) => {
      assert.ok(error instanceof UnworkableError);
      assert.ok(error.message.includes('undefined: y') && !error.message.includes('\n  50\n'));
      return true;
    });
  });

  it('refuses a build that left no program', async (t) => {
    const { toolchain } = await machine(t, { install: 'exit 0' });
    await assert.rejects(toolchain.find('etcd', recordingWork()), /left no server/);
  });

  it("ends Go's whole process group on abort, throws the reason, and leaves no half file", async (t) => {
    const { toolchain, folder, tools, dotted } = await machine(t, {
      install: `mkdir -p "$GOBIN"; echo half > "$GOBIN/server"; trap '' INT; sleep 600 & echo $! > "$(dirname "$0")/compiler"; wait; sleep 600`,
    });
    const controller = new AbortController();
    const reason = new Error('enough');
    const finding = toolchain.find('etcd', recordingWork(controller.signal));
    const compiler = join(folder, 'bin', 'compiler');
    await until(async () => (await linesOf(compiler)).length === 1);
    controller.abort(reason);
    await assert.rejects(finding, reason);
    const pid = Number((await linesOf(compiler))[0]);
    await until(
      async () =>
        !isAlive(pid) || /^\d+ \(\w+\) Z/.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
    );
    assert.deepEqual(await dotted(), []);
    assert.deepEqual(await readdir(tools), []);
  });

  it('removes the folders and the lock that a killed build left', async (t) => {
    const { toolchain, tools, dotted } = await machine(t);
    await mkdir(join(tools, '.making-etcd-dead', 'bin'), { recursive: true });
    await writeFile(join(tools, '.making-etcd-dead', 'bin', 'server'), 'half');
    await mkdir(join(tools, '.making-kwok-other'));
    await mkdir(join(tools, '.making-etcd.lock'));
    await execa('touch', ['-d', '1 hour ago', join(tools, '.making-etcd.lock')]);
    assert.equal((await toolchain.find('etcd', recordingWork())).origin, 'build');
    assert.deepEqual(await dotted(), ['.making-kwok-other']);
  });

  it('waits for another that gets the same tool, says so, and finds its result in the cache', async (t) => {
    const { toolchain, goCalls, tools, cacheFolder } = await machine(t);
    const release = await lock(join(tools, '.making-etcd'), { realpath: false });
    const work = recordingWork();
    const finding = toolchain.find('etcd', work);
    await until(async () => work.lines.includes('waiting for another process that gets etcd, 0s'));
    await writeCached(cacheFolder, 'etcd');
    await release();
    assert.equal((await finding).origin, 'cache');
    assert.deepEqual(await linesOf(goCalls), []);
  });

  it('can be aborted while it waits', async (t) => {
    const { toolchain, tools } = await machine(t);
    const release = await lock(join(tools, '.making-etcd'), { realpath: false });
    t.after(() => release()); // called with the test, it would take that for its callback
    const controller = new AbortController();
    const reason = new Error('enough');
    const work = recordingWork(controller.signal);
    const finding = toolchain.find('etcd', work);
    await until(async () => work.lines.length > 0);
    controller.abort(reason);
    await assert.rejects(finding, reason);
  });

  it('is done once by two processes that start together', async (t) => {
    const { folder, goCalls, cacheFolder } = await machine(t);
    const module = join(import.meta.dirname, '../../src/toolchain/create-toolchain.ts');
    const script = `
      import { createToolchain } from ${JSON.stringify(module)};
      const work = { signal: new AbortController().signal, progress() {} };
      const toolchain = createToolchain({ cacheFolder: ${JSON.stringify(cacheFolder)}, target: '${TARGET}' });
      console.log((await toolchain.find('kwok', work)).origin);`;
    const options = {
      env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, SANDTIDE_OFFLINE: '1' },
      extendEnv: false,
    };
    const run = () => execa(process.execPath, ['--input-type=module', '-e', script], options);
    const origins = (await Promise.all([run(), run()])).map(({ stdout }) => stdout);
    assert.ok(origins.includes('build'), origins.join());
    assert.equal((await linesOf(goCalls)).length, 1);
  });

  it('says which folder it was when the cache cannot be written', async (t) => {
    const { toolchain, tools } = await machine(t);
    await rm(tools, { recursive: true });
    await writeFile(tools, 'a file in the way');
    await chmod(tools, 0o400);
    await assert.rejects(toolchain.find('etcd', recordingWork()), (error) => {
      assert.ok(error instanceof UnworkableError);
      assert.ok(error.message.startsWith(`${tools}: `));
      return true;
    });
  });
});

describe('building with the real Go', () => {
  it(
    'makes an etcd that tells the pinned version',
    { skip: process.env.CI_WITHOUT_GO === '1' },
    async (t) => {
      const cacheFolder = await testFolder(t);
      const env = { ...process.env, PATH: process.env.PATH ?? '', SANDTIDE_OFFLINE: '0', SANDTIDE_ETCD: '' };
      const toolchain = createToolchain({ env, cacheFolder, pinnedDownloads: [] });
      const found = await toolchain.find('etcd', recordingWork());
      if (found.origin === 'path') return t.skip('an etcd of that version is on PATH');
      assert.equal(found.origin, 'build');
      assert.match((await execa(found.path, ['--version'])).stdout, /^etcd Version: 3\.6\.6/);
      assert.deepEqual(
        (await readdir(join(cacheFolder, 'tools'))).filter((name) => name.startsWith('.')),
        [],
      );
    },
  );
});
