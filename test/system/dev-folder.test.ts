import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { ConflictError } from '../../src/domain/errors.ts';
import { claimDevFolder } from '../../src/system/dev-folder.ts';

function stateOf(t: TestContext): string {
  const state = mkdtempSync(join(tmpdir(), 'sandtide-dev-'));
  t.after(() => rmSync(state, { recursive: true, force: true }));
  return state;
}

describe('the folder of a dev server', () => {
  it('is one process at a time', async (t) => {
    const state = stateOf(t);
    const first = await claimDevFolder(state);
    await assert.rejects(claimDevFolder(state), ConflictError);
    first.release();
    (await claimDevFolder(state)).release();
  });

  for (const [what, text] of [
    ['is dead', JSON.stringify({ pid: 2 ** 30, startedAtTicks: '1' })],
    ['left no readable word', '{'],
  ] as const) {
    it(`is taken over from one that ${what}, and the server that it left is ended`, async (t) => {
      const state = stateOf(t);
      const before = await claimDevFolder(state);
      before.release();
      const { folder } = before;
      writeFileSync(join(folder, 'dev.json'), text);
      // Stands for the server: Node with a file of the folder among its arguments.
      const left = spawn(process.execPath, [
        '-e',
        'console.log(1); setInterval(() => {}, 1000)',
        join(folder, 'temporal.db'),
      ]);
      t.after(() => left.kill('SIGKILL'));
      await once(left.stdout, 'data');
      const ended = once(left, 'exit');
      (await claimDevFolder(state)).release();
      await ended;
    });
  }
});
