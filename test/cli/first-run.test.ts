import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { ROOT } from '../architecture/project-files.ts';
import { linesOf, testFolder, writeFakeGo } from '../toolchain/fake-programs.ts';

/** What Go prints where its proxy can't be reached. */
const OUT_OF_REACH = `echo 'go: dial tcp: lookup proxy.example: no such host' >&2; exit 1`;

describe('the first run on a machine without any program', () => {
  for (const args of [['run', '--embedded', join(ROOT, 'examples/smoke.yaml')], ['dev']]) {
    it(`sandtide ${args[0]}: says what it builds and of how many, not again each second, and what to do where it can't`, async (t) => {
      const folder = await testFolder(t);
      const calls = await writeFakeGo(folder, { install: `sleep 1.5; ${OUT_OF_REACH}` });
      const { exitCode, stderr } = await execa(process.execPath, [join(ROOT, 'src/cli.ts'), ...args], {
        reject: false,
        cwd: folder,
        env: {
          PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
          XDG_CACHE_HOME: join(folder, 'cache'),
          XDG_STATE_HOME: join(folder, 'state'),
          SANDTIDE_OFFLINE: '1',
        },
      });
      assert.equal(exitCode, 1);
      const building = stderr.split('\n').filter((line) => line.startsWith('building'));
      assert.notEqual(building.length, 0);
      for (const line of building) assert.match(line, /^building temporal \(1 of 5\), (?:\d+m)?\d+s$/);
      // However long it took: a line that came with the next second would be one too many.
      assert.ok(!building.slice(1).some((line) => line.endsWith(', 1s')), stderr);
      assert.match(stderr, /temporal v1\.\d+\.\d+: go install failed\n.*no such host\n.*GOPROXY/s);
      assert.equal((await linesOf(calls)).length, 1);
      assert.deepEqual(
        (await readdir(join(folder, 'cache', 'sandtide', 'tools'))).filter((name) => name.startsWith('.')),
        [],
      );
    });
  }
});
