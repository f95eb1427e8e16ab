import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { PROJECT } from '../support/own-home.ts';

const LACKING: [what: string, env: NodeJS.ProcessEnv][] = [
  ['Go', { PATH: '/nowhere' }],
  ['a network to get modules from', { GOPROXY: 'off', GOFLAGS: '' }],
  ['time to build', { SANDTIDE_POSTGRES_BUILD_MS: '1' }],
];

describe('the end-to-end test on PostgreSQL', () => {
  for (const [what, env] of LACKING) {
    it(`says NOT RUN and ends well on a machine without ${what}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sandtide-not-run-'));
      try {
        const { stdout, exitCode } = await execa(
          process.execPath,
          [join(PROJECT, 'scripts/test-postgres.ts')],
          {
            reject: false,
            env: {
              XDG_CACHE_HOME: join(folder, 'cache'),
              GOMODCACHE: join(folder, 'modules'),
              GOCACHE: join(folder, 'built'),
              ...env,
            },
          },
        );
        assert.match(stdout, /^NOT RUN: the end-to-end test on PostgreSQL\. Missing here: /m);
        assert.equal(exitCode, 0);
        const tests = join(folder, 'cache/sandtide/tests/temporal-server');
        // Nothing half built is kept for the next one to fall over.
        assert.deepEqual(readdirSync(folder).includes('cache') ? readdirSync(tests) : [], []);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
