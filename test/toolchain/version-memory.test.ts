import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openVersionMemory } from '../../src/toolchain/version-memory.ts';
import { testFolder } from './fake-programs.ts';

const FILE = { mtimeMs: 1_750_434_293_000.25, size: 12 };

describe('the memory of printed versions', () => {
  it('keeps a version, and that there was none, until the file changes', async (t) => {
    const cache = await testFolder(t);
    const memory = await openVersionMemory(cache);
    memory.note('/bin/told', FILE, 'v1.0.0');
    memory.note('/bin/silent', FILE, null);
    await memory.keep();
    const later = await openVersionMemory(cache);
    assert.equal(later.recall('/bin/told', FILE), 'v1.0.0');
    assert.equal(later.recall('/bin/silent', FILE), null);
    assert.equal(later.recall('/bin/told', { ...FILE, size: 13 }), undefined);
    assert.equal(later.recall('/bin/told', { ...FILE, mtimeMs: 1 }), undefined);
    assert.equal(later.recall('/bin/other', FILE), undefined);
  });

  it('keeps what another process noted in the meantime', async (t) => {
    const cache = await testFolder(t);
    const [one, other] = [await openVersionMemory(cache), await openVersionMemory(cache)];
    one.note('/bin/one', FILE, 'v1.0.0');
    other.note('/bin/other', FILE, 'v2.0.0');
    await one.keep();
    await other.keep();
    const later = await openVersionMemory(cache);
    assert.deepEqual(
      [later.recall('/bin/one', FILE), later.recall('/bin/other', FILE)],
      ['v1.0.0', 'v2.0.0'],
    );
    assert.deepEqual(await readdir(cache), ['printed-versions.json']);
  });

  for (const content of ['{', '[]', 'null', '{"/bin/x": {"mtimeMs": "1"}}', '{"/bin/x": 3}']) {
    it(`begins anew where its file holds ${content}`, async (t) => {
      const cache = await testFolder(t);
      await writeFile(join(cache, 'printed-versions.json'), content);
      const memory = await openVersionMemory(cache);
      assert.equal(memory.recall('/bin/x', FILE), undefined);
      memory.note('/bin/x', FILE, 'v1.0.0');
      await memory.keep();
      assert.deepEqual(JSON.parse(await readFile(join(cache, 'printed-versions.json'), 'utf8')), {
        '/bin/x': { ...FILE, version: 'v1.0.0' },
      });
    });
  }

  it('does without a folder that cannot be written', async () => {
    const memory = await openVersionMemory('/dev/null/nowhere');
    memory.note('/bin/x', FILE, 'v1.0.0');
    await memory.keep();
    assert.equal(memory.recall('/bin/x', FILE), undefined);
  });
});
