import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { ConflictError } from '../../src/domain/errors.ts';
import { claimDevFolder, endDeadDev } from '../../src/system/dev-folder.ts';
import { identifyProcess } from '../../src/system/process-identity.ts';

function stateOf(t: TestContext): string {
  const state = mkdtempSync(join(tmpdir(), 'sandtide-dev-'));
  t.after(() => rmSync(state, { recursive: true, force: true }));
  return state;
}

const DEAD = JSON.stringify({ pid: 2 ** 30, startedAtTicks: '1' });

/** Somebody with that claim has gone and left what stands for a server: Node with a file of the folder as argument. */
async function serverLeft(t: TestContext, state: string, claim: string) {
  const folder = join(state, 'dev');
  const file = join(folder, 'dev.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, claim);
  const program = 'console.log(1); setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, ['-e', program, join(folder, 'temporal.db')]);
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return { child, file, ended: once(child, 'exit') };
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
    ['is dead', DEAD],
    ['left no readable word', '{'],
  ] as const) {
    it(`is taken over from one that ${what}, and the server that it left is ended`, async (t) => {
      const state = stateOf(t);
      const { ended } = await serverLeft(t, state, text);
      const claim = await claimDevFolder(state);
      assert.equal(claim.ended, 1);
      claim.release();
      await ended;
    });

    it(`left by one that ${what} has its server ended by any command`, async (t) => {
      const state = stateOf(t);
      const { ended, file } = await serverLeft(t, state, text);
      assert.equal(await endDeadDev(state), 1);
      await ended;
      assert.equal(existsSync(file), false);
      assert.equal(await endDeadDev(state), 0);
    });
  }

  it('is let alone by other commands while its owner lives, and where nobody ever had it', async (t) => {
    const state = stateOf(t);
    assert.equal(await endDeadDev(state), 0);
    const { child, file } = await serverLeft(t, state, JSON.stringify(identifyProcess(process.pid)));
    assert.equal(await endDeadDev(state), 0);
    assert.equal(child.exitCode, null);
    assert.ok(existsSync(file));
  });

  it('goes to one of many that find it left at once', async (t) => {
    const state = stateOf(t);
    await serverLeft(t, state, DEAD);
    const claims = await Promise.allSettled(Array.from({ length: 5 }, () => claimDevFolder(state)));
    assert.equal(claims.filter(({ status }) => status === 'fulfilled').length, 1);
  });
});
