import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { journalLines, journalPath } from '../../src/load/journal.ts';
import { keepJournals } from '../../src/load/keep-journals.ts';
import { appendSeries, seriesPath } from '../../src/load/series-file.ts';
import { folderOf } from './window-samples.ts';

const { signal } = new AbortController();
const windowsIn = async (folder: string): Promise<number[]> =>
  (await readFile(seriesPath(folder), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { window: number }).window);

test('a window has one line in the series, however often it is written', async (t) => {
  const folder = await folderOf(t);
  for (const window of [0, 1, 1, 2, 2, 3]) await appendSeries(folder, { window }, 1);
  assert.deepEqual(await windowsIn(folder), [0, 1, 2, 3]);
});

test('a window that is done anew takes the place of its line and of those after it', async (t) => {
  const folder = await folderOf(t);
  for (const window of [0, 1, 2, 3, 2]) await appendSeries(folder, { window }, 1);
  assert.deepEqual(await windowsIn(folder), [0, 1, 2]);
});

test('a load that begins anew puts the series before it aside', async (t) => {
  const folder = await folderOf(t);
  for (const window of [0, 1, 0]) await appendSeries(folder, { window }, 7);
  assert.deepEqual(await windowsIn(folder), [0]);
  assert.ok((await readdir(folder)).includes('series.before-7.jsonl'));
});

async function journal(folder: string, window: number): Promise<void> {
  await mkdir(join(folder, 'journal'), { recursive: true });
  const lines = Array.from({ length: 50 }, (_, index) =>
    JSON.stringify({ ended: { index, name: `c-${Math.random()}` } }),
  );
  await writeFile(journalPath(folder, window), `${lines.join('\n')}\n`);
}

test('a journal that was compressed reads as before', async (t) => {
  const folder = await folderOf(t);
  await journal(folder, 0);
  assert.deepEqual(await keepJournals(folder, 0, 1e9, signal), { windows: 0, claims: 0 });
  assert.deepEqual(await readdir(join(folder, 'journal')), ['window-0.jsonl.gz']);
  assert.deepEqual(await keepJournals(folder, 0, 1e9, signal), { windows: 0, claims: 0 });
  let lines = 0;
  for await (const _ of journalLines(journalPath(folder, 0))) lines += 1;
  assert.equal(lines, 50);
});

test('the oldest timelines are dropped and counted where the disk that they may take is full', async (t) => {
  const folder = await folderOf(t);
  const dropped = { windows: 0, claims: 0 };
  for (let window = 0; window < 6; window += 1) {
    await journal(folder, window);
    const now = await keepJournals(folder, window, 2_500, signal);
    dropped.windows += now.windows;
    dropped.claims += now.claims;
  }
  const left = (await readdir(join(folder, 'journal'))).toSorted();
  assert.ok(dropped.windows > 0 && left.length + dropped.windows === 6, left.join(' '));
  assert.equal(dropped.claims, dropped.windows * 50);
  assert.ok(left.includes('window-5.jsonl.gz'));
});

test('one that cannot be read any more is dropped too: what is in it cannot be counted', async (t) => {
  const folder = await folderOf(t);
  await mkdir(join(folder, 'journal'));
  await symlink(join(folder, 'gone'), join(folder, 'journal/window-0.jsonl.gz'));
  assert.deepEqual(await keepJournals(folder, 1, -1, signal), { windows: 1, claims: 0 });
  assert.deepEqual(await readdir(join(folder, 'journal')), []);
});
