import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { programDigests } from '../../../src/providers/local/program-digests.ts';

/** Of "abc" and of "", as the standard has them. */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('the digests of programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandtide-digests-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'etcd');
  const never = new AbortController().signal;

  it('are those of the files, of a changed one its new one; what is not there has none', async () => {
    writeFileSync(path, 'abc');
    const programs = { etcd: { path }, kwok: { path: join(folder, 'kwok') }, all: { path: folder } };
    assert.deepEqual(await programDigests(programs, never), { etcd: ABC });
    assert.deepEqual(await programDigests(programs, never), { etcd: ABC });
    writeFileSync(path, '');
    assert.deepEqual(await programDigests(programs, never), { etcd: EMPTY });
  });

  it('are not waited for once they are not wanted any more', async () => {
    await assert.rejects(programDigests({ etcd: { path } }, AbortSignal.abort(new Error('over'))), /over/);
  });
});
