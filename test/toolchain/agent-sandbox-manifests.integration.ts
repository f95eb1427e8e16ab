import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { UnworkableError } from '../../src/domain/errors.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { pinnedProgram } from '../../src/toolchain/pinned-programs.ts';
import { recordingWork, testFolder } from './fake-programs.ts';

const PINNED = pinnedProgram('agent-sandbox-controller').version;

describe("agent-sandbox's manifests", () => {
  it("are the module's k8s folder, writable, and then the cache's", async (t) => {
    const cacheFolder = await testFolder(t);
    const env = { ...process.env, SANDTIDE_AGENT_SANDBOX_MANIFESTS: '' };
    const work = recordingWork();
    const folder = await createToolchain({ env, cacheFolder }).agentSandboxManifests(PINNED, work);
    assert.equal(folder, join(cacheFolder, 'tools', 'agent-sandbox-manifests', PINNED));
    const { stdout } = await execa('go', ['mod', 'download', '-json', 'sigs.k8s.io/agent-sandbox'], {
      cwd: join(import.meta.dirname, '../../tools/agent-sandbox'),
    });
    const source = join((JSON.parse(stdout) as { Dir: string }).Dir, 'k8s');
    const files = async (of: string) => (await readdir(of, { recursive: true })).sort();
    assert.deepEqual(await files(folder), await files(source));
    assert.ok((await files(folder)).includes(join('crds', 'agents.x-k8s.io_sandboxes.yaml')));
    for (const file of await files(folder)) {
      const found = await stat(join(folder, file));
      assert.ok((found.mode & 0o200) !== 0, `${file} is read-only`);
      if (found.isFile())
        assert.ok((await readFile(join(folder, file))).equals(await readFile(join(source, file))), file);
    }
    assert.ok(work.lines.some((line) => line.startsWith(`getting the manifests of agent-sandbox ${PINNED}`)));
    const again = createToolchain({ env: { PATH: '/nowhere' }, cacheFolder });
    assert.equal(await again.agentSandboxManifests(PINNED, recordingWork()), folder);
  });

  it('are taken from the explicit folder, for any version, and a wrong one is refused', async (t) => {
    const folder = await testFolder(t);
    const explicit = (SANDTIDE_AGENT_SANDBOX_MANIFESTS: string) =>
      createToolchain({ env: { SANDTIDE_AGENT_SANDBOX_MANIFESTS }, cacheFolder: folder });
    await mkdir(join(folder, 'mine', 'crds'), { recursive: true });
    const found = await explicit(join(folder, 'mine')).agentSandboxManifests('v9.9.9', recordingWork());
    assert.equal(found, join(folder, 'mine'));
    await assert.rejects(
      explicit(join(folder, 'other')).agentSandboxManifests(PINNED, recordingWork()),
      UnworkableError,
    );
  });

  it('are refused for a version without a pinned checksum, and for what is no version', async (t) => {
    const cacheFolder = await testFolder(t);
    const toolchain = createToolchain({ env: { PATH: '/nowhere' }, cacheFolder });
    await assert.rejects(
      toolchain.agentSandboxManifests('v9.9.9', recordingWork()),
      /v9\.9\.9.*SANDTIDE_AGENT_SANDBOX_MANIFESTS/s,
    );
    await mkdir(join(cacheFolder, 'crds'));
    await writeFile(join(cacheFolder, 'crds', 'x'), '');
    await assert.rejects(toolchain.agentSandboxManifests('../..', recordingWork()), /no version/);
  });

  it('say without a Go what was tried', async (t) => {
    const toolchain = createToolchain({ env: { PATH: '/nowhere' }, cacheFolder: await testFolder(t) });
    await assert.rejects(toolchain.agentSandboxManifests(PINNED, recordingWork()), /install Go 1\.26/);
  });
});
