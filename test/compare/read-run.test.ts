import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readRun } from '../../src/compare/read-run.ts';
import { UnworkableError } from '../../src/domain/errors.ts';
import { claims, run } from './run-samples.ts';

const base = await mkdtemp(join(tmpdir(), 'sandtide-compare-'));
after(() => rm(base, { recursive: true }));
const { report } = run('nightly', []);

async function folderOf(name: string, text: string, timelines: Buffer | null): Promise<string> {
  const folder = join(base, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'report.json'), text);
  if (timelines !== null) await writeFile(join(folder, 'claims.jsonl.gz'), timelines);
  return folder;
}

const lines = (count: number) =>
  gzipSync(
    claims(count, 9)
      .map((claim) => `${JSON.stringify(claim)}\n`)
      .toReversed()
      .join(''),
  );
const refusal = (pattern: RegExp) => (error: unknown) =>
  error instanceof UnworkableError && pattern.test(error.message);

test('a run is read by its name, its folder or its report, its claims in the order in which they fell due', async () => {
  const folder = await folderOf('nightly', JSON.stringify(report), lines(7));
  for (const name of ['nightly', folder, join(folder, 'report.json')]) {
    const read = await readRun(name, base);
    assert.equal(read.name, name);
    assert.deepEqual(read.report, report);
    assert.deepEqual(read.claims, claims(7, 9));
  }
});

test('what is missing or broken is refused by name', async () => {
  await assert.rejects(readRun('nobody', base), refusal(/run nobody: there is no .*nobody.report\.json/));
  await folderOf('broken', '{"reportVersion":', lines(1));
  await assert.rejects(readRun('broken', base), refusal(/it is no report of version 1/));
  await folderOf('bare', JSON.stringify(report), null);
  await assert.rejects(readRun('bare', base), refusal(/bare.claims\.jsonl\.gz: ENOENT.*copy it beside/));
  await folderOf('torn', JSON.stringify(report), lines(50).subarray(0, 60));
  await assert.rejects(readRun('torn', base), refusal(/torn.claims\.jsonl\.gz/));
  await folderOf('empty', JSON.stringify(report), gzipSync(''));
  await assert.rejects(readRun('empty', base), refusal(/it holds no claim/));
});
