import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toolsCommand, type ToolsCommandDeps } from '../../src/cli/tools-command.ts';
import type { FoundProgram } from '../../src/toolchain/programs.ts';

const ETCD: FoundProgram = { name: 'etcd', version: 'v3.6.6', origin: 'cache', path: '/cache/etcd' };
const KWOK: FoundProgram = { name: 'kwok', version: 'v0.8.0', origin: 'build', path: '/cache/kwok' };

async function run(args: string[], toolchain: Partial<ToolsCommandDeps['toolchain']> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const installed: string[][] = [];
  const manifests: string[] = [];
  const deps: ToolsCommandDeps = {
    toolchain: {
      inventory: async () => [ETCD, { name: 'kwok', version: 'v0.8.0', origin: 'missing', tried: [] }],
      async findAll(names, work) {
        installed.push([...names]);
        work.progress('building kwok (1 of 1), 0s');
        return { etcd: ETCD, kwok: KWOK };
      },
      async agentSandboxManifests(version) {
        manifests.push(version);
        return `/cache/${version}`;
      },
      ...toolchain,
    },
    out: { write: (text) => out.push(text) },
    err: { write: (text) => err.push(text) },
    signal: new AbortController().signal,
  };
  await toolsCommand(deps).exitOverride().parseAsync(args, { from: 'user' });
  return { out: out.join(''), err: err.join(''), installed, manifests };
}

describe('sandtide tools', () => {
  it('lists what is here and what is missing, and gets nothing', async () => {
    const { out, err, installed, manifests } = await run([]);
    assert.equal(
      out,
      'NAME  VERSION  ORIGIN   PATH\netcd  v3.6.6   cache    /cache/etcd\nkwok  v0.8.0   missing\n',
    );
    assert.deepEqual([err, installed, manifests], ['', [], []]);
  });

  it('lists the same as JSON', async () => {
    const { out } = await run(['--output', 'json']);
    assert.deepEqual(JSON.parse(out), [
      { name: 'etcd', version: 'v3.6.6', origin: 'cache', path: '/cache/etcd' },
      { name: 'kwok', version: 'v0.8.0', origin: 'missing', path: null },
    ]);
  });
});

describe('sandtide tools install', () => {
  it('gets all, tells its progress apart from the result, and lists what it got', async () => {
    const { out, err, installed } = await run(['install', '--output', 'json']);
    assert.deepEqual(installed, [['etcd', 'kwok']]);
    assert.equal(err, 'building kwok (1 of 1), 0s\n');
    assert.deepEqual(JSON.parse(out), [ETCD, KWOK]);
  });

  it('gets the manifests of the pinned release too, so that a run needs nothing more', async () => {
    const { manifests } = await run(['install']);
    assert.equal(manifests.length, 1);
    assert.match(manifests[0] ?? '', /^v\d+\.\d+\.\d+$/);
  });

  it("lets the toolchain's error through", async () => {
    const failure = new Error('no Go');
    await assert.rejects(run(['install'], { findAll: () => Promise.reject(failure) }), failure);
  });
});
