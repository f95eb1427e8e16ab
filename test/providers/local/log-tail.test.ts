import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { logTail } from '../../../src/providers/local/log-tail.ts';

async function fileWith(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandtide-log-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'x.log');
  await writeFile(path, text);
  return path;
}

describe('the end of a log', () => {
  it('is all of a short one', async (t) => {
    assert.equal(await logTail(await fileWith(t, 'one\ntwo\n'), 100), 'one\ntwo\n');
    assert.equal(await logTail(await fileWith(t, ''), 100), '');
  });

  it('begins with a whole line, and says how much there was', async (t) => {
    const path = await fileWith(t, 'one\ntwo\nthree\nfour\n');
    assert.equal(await logTail(path, 12), '(the last 11 of 19 bytes)\nthree\nfour\n');
  });

  it('never begins within a character, or within a line that may hold a secret', async (t) => {
    const path = await fileWith(t, `token: ${'ü'.repeat(50)}`);
    assert.equal(await logTail(path, 21), '(the last 0 of 107 bytes)\n');
  });
});
