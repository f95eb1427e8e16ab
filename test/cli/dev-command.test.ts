import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { execa } from 'execa';
import { claimDevFolder } from '../../src/system/dev-folder.ts';
import { ROOT } from '../architecture/project-files.ts';

const CLI = join(ROOT, 'src/cli.ts');

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sandtide-dev-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A port that something listens on for as long as the test runs. */
async function takenPort(t: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** `sandtide dev` where there are no programs at all: whatever it would start, it would first have to get. */
function dev(folder: string, ...args: string[]) {
  return execa(process.execPath, [CLI, 'dev', ...args], {
    reject: false,
    cwd: folder,
    env: {
      XDG_STATE_HOME: join(folder, 'state'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      SANDTIDE_OFFLINE: '1',
      PATH: '',
    },
  });
}

describe('sandtide dev', () => {
  for (const option of ['--port', '--ui-port']) {
    it(`names the port that somebody else has, and ${option}, and starts nothing`, async (t) => {
      const folder = folderOf(t);
      const port = await takenPort(t);
      const free = option === '--port' ? '--ui-port' : '--port';
      const { exitCode, stderr } = await dev(folder, option, String(port), free, '64100');
      assert.equal(exitCode, 1);
      assert.match(stderr, new RegExp(`^sandtide: 127\\.0\\.0\\.1:${port}: .*${option}`, 'm'));
      assert.doesNotMatch(stderr, /^\s+at /m);
      assert.equal(existsSync(join(folder, 'cache')), false);
    });
  }

  it('refuses one and the same port for both', async (t) => {
    const { exitCode, stderr } = await dev(folderOf(t), '--port', '7300', '--ui-port', '7300');
    assert.equal(exitCode, 1);
    assert.match(stderr, /--ui-port/);
  });

  it('leaves the database to the one that works with it, and says which process that is', async (t) => {
    const folder = folderOf(t);
    const claim = await claimDevFolder(join(folder, 'state', 'sandtide'));
    t.after(() => claim.release());
    const { exitCode, stderr } = await dev(folder);
    assert.equal(exitCode, 1);
    assert.match(stderr, new RegExp(`process ${process.pid}\\b`));
  });
});
