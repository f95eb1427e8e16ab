import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import type { Finding } from '../../src/doctor/finding.ts';
import { PROJECT } from '../support/own-home.ts';

describe('sandtide doctor on a broken machine', () => {
  it('names five faults at once, says what to do about each, and exits with 2', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandtide-doctor-'));
    const listener = createServer();
    try {
      // 1 and 2: files where folders should be. 3: no programs, and no Go to build them. 4: something that is no
      // Temporal listens where it was said to be. 5: a report folder that is none.
      writeFileSync(join(folder, 'cache'), '');
      writeFileSync(join(folder, 'state'), '');
      mkdirSync(join(folder, 'here'));
      writeFileSync(join(folder, 'here/runs'), '');
      const port = await new Promise<number>((resolve) => {
        listener.listen(0, '127.0.0.1', () => resolve((listener.address() as { port: number }).port));
      });
      listener.on('connection', (socket) => socket.destroy());
      const { stdout, exitCode } = await execa(
        process.execPath,
        [join(PROJECT, 'src/cli.ts'), 'doctor', '--address', `127.0.0.1:${port}`, '--output', 'json'],
        {
          cwd: join(folder, 'here'),
          reject: false,
          extendEnv: false,
          env: {
            PATH: '/nowhere',
            HOME: folder,
            XDG_CACHE_HOME: join(folder, 'cache'),
            XDG_STATE_HOME: join(folder, 'state'),
          },
        },
      );
      const findings = JSON.parse(stdout) as Finding[];
      const amiss = findings.filter(({ status }) => status === 'problem');
      assert.deepEqual(
        amiss.map(({ check }) => check),
        ['state folder', 'program cache', 'report folder', 'programs', 'temporal'],
      );
      for (const { check, next } of amiss) assert.ok(next !== null && next !== '', check);
      assert.equal(exitCode, 2);
    } finally {
      listener.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
