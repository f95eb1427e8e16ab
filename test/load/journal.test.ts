import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { claimName } from '../../src/domain/names.ts';
import { unbegun } from '../../src/load/claim-book.ts';
import { compressJournals } from '../../src/load/journal-archive.ts';
import { WindowJournal, journalLines, journalPath } from '../../src/load/journal.ts';
import type { JournalLine } from '../../src/load/journal.ts';
import type { ClaimEnd, ClaimTimeline } from '../../src/measure/window-result.ts';
import { OWNER, folderOf } from './window-samples.ts';

function timeline(index: number, end: ClaimEnd = 'ready', window = 0): ClaimTimeline {
  return {
    ...unbegun(index, claimName(OWNER, window, index), index),
    end,
    sentMs: end === 'not-submitted' ? null : index,
  };
}

const of = (folder: string) => ({ folder, owner: OWNER, signal: new AbortController().signal });

async function read(path: string): Promise<JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const line of journalLines(path)) lines.push(line);
  return lines;
}

test('lines are on disk in the order of their writing when the write resolves', async (t) => {
  const folder = await folderOf(t);
  const journal = await WindowJournal.open(folder, 3);
  t.after(() => journal.close());
  const written = Array.from({ length: 200 }, (_, index) => ({ ended: timeline(index) }));
  await Promise.all(written.map((line) => journal.append(line)));
  assert.deepEqual(await read(journalPath(folder, 3)), written);
});

test('a torn line is passed over, and the next attempt writes on behind it', async (t) => {
  const folder = await folderOf(t);
  const first = await WindowJournal.open(folder, 0);
  await first.append({ ended: timeline(0) });
  await first.close();
  await appendFile(journalPath(folder, 0), '{"ended":{"ind');
  assert.equal((await read(journalPath(folder, 0))).length, 1);
  const second = await WindowJournal.open(folder, 0);
  await second.append({ ended: timeline(1) });
  await second.close();
  assert.deepEqual(await read(journalPath(folder, 0)), [{ ended: timeline(0) }, { ended: timeline(1) }]);
});

test('there is nothing in a journal that is not there', async (t) => {
  assert.deepEqual(await read(journalPath(await folderOf(t), 0)), []);
});

test('the archive holds each claim of every window once, in whole, windows in order', async (t) => {
  const folder = await folderOf(t);
  for (const windowIndex of [10, 2]) {
    const journal = await WindowJournal.open(folder, windowIndex);
    await journal.append({ start: { windowIndex, activity: 'run-1/7', attempt: 1, startedAtMs: 5 } });
    await journal.append({ ended: timeline(0, 'ready', windowIndex) });
    await journal.append({ ended: timeline(1, 'not-submitted', windowIndex) });
    await journal.append({ ended: timeline(2, 'failed', windowIndex) });
    await journal.append({ ended: timeline(0, 'failed', windowIndex) });
    await journal.append({ released: { index: 0, atMs: 77 } });
    await journal.close();
  }
  await writeFile(
    join(folder, 'journal', 'window-2.before-1.jsonl'),
    `${JSON.stringify({ ended: timeline(9) })}\n`,
  );
  const target = join(folder, 'out', 'claims.jsonl.gz');
  assert.deepEqual(await compressJournals(of(folder), target), { claims: 6 });
  const lines = gunzipSync(await readFile(target))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const whole = (window: number) => [
    { window, ...timeline(1, 'not-submitted', window) },
    { window, ...timeline(0, 'ready', window), releasedMs: 77 },
    { window, ...timeline(2, 'failed', window) },
  ];
  assert.deepEqual(lines, [...whole(2), ...whole(10)]);
});

test('of nothing there is no archive, and an earlier run of the same name counts as nothing', async (t) => {
  const folder = await folderOf(t);
  const target = join(folder, 'claims.jsonl.gz');
  assert.deepEqual(await compressJournals(of(folder), target), { claims: 0 });
  const journal = await WindowJournal.open(folder, 0);
  await journal.append({ ended: { ...timeline(0), name: claimName('9876543210', 0, 0) } });
  await journal.close();
  assert.deepEqual(await compressJournals(of(folder), target), { claims: 0 });
  assert.deepEqual(await readdir(folder), ['journal']);
});

test('an archive that is given up leaves nothing half written', async (t) => {
  const folder = await folderOf(t);
  const journal = await WindowJournal.open(folder, 0);
  await journal.append({ ended: timeline(0) });
  await journal.close();
  const signal = AbortSignal.abort(new Error('too long'));
  const target = join(folder, 'claims.jsonl.gz');
  await assert.rejects(compressJournals({ ...of(folder), signal }, target));
  assert.deepEqual(await readdir(folder), ['journal']);
});

test('a journal that cannot be written says which and why', async (t) => {
  const folder = await folderOf(t);
  await mkdir(journalPath(folder, 0), { recursive: true });
  await assert.rejects(WindowJournal.open(folder, 0), /window-0\.jsonl: cannot be read or written .*EISDIR/);
});
