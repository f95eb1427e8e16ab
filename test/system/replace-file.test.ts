import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { replaceFile } from '../../src/system/replace-file.ts';

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandtide-replace-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('replacing a file', () => {
  it('makes the folder, has the mode, and leaves nothing else behind', async (t) => {
    const folder = join(await folderOf(t), 'a', 'b');
    await replaceFile(join(folder, 'secret'), 'one', 0o600);
    await replaceFile(join(folder, 'secret'), 'two', 0o600);
    assert.equal(await readFile(join(folder, 'secret'), 'utf8'), 'two');
    assert.equal((await stat(join(folder, 'secret'))).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(folder), ['secret']);
  });

  it('shows readers an old or a new text, never a part', async (t) => {
    const path = join(await folderOf(t), 'file');
    const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(200_000));
    await replaceFile(path, texts[0]!);
    const written = new AbortController();
    const reading = (async () => {
      while (!written.signal.aborted) assert.ok(texts.includes(await readFile(path, 'utf8')));
    })();
    await Promise.all([1, 2, 1, 2, 1, 2].map((index) => replaceFile(path, texts[index]!)));
    written.abort();
    await reading;
  });

  it('that fails says so and leaves what was there', async (t) => {
    const folder = await folderOf(t);
    await mkdir(join(folder, 'taken', 'inside'), { recursive: true });
    await assert.rejects(replaceFile(join(folder, 'taken'), 'text'));
    await writeFile(join(folder, 'plain'), '');
    await assert.rejects(replaceFile(join(folder, 'plain', 'file'), 'text'), /ENOTDIR|EEXIST/);
    assert.deepEqual((await readdir(folder)).toSorted(), ['plain', 'taken']);
  });
});
