import { createWriteStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ClaimTimeline } from '../measure/window-result.ts';
import { IndexSet } from './index-set.ts';
import { journalLines, journalPath } from './journal.ts';

/** Writes the timelines of all windows under `folder` into one gzip file of JSON lines, one a claim. Says how many. */
export async function compressJournals(folder: string, target: string): Promise<{ claims: number }> {
  let claims = 0;
  async function* text(): AsyncGenerator<string> {
    for (const windowIndex of await windowsOf(folder)) {
      for await (const timeline of timelinesOf(journalPath(folder, windowIndex))) {
        claims += 1;
        yield `${JSON.stringify({ window: windowIndex, ...timeline })}\n`;
      }
    }
  }
  await mkdir(dirname(target), { recursive: true });
  await pipeline(text(), createGzip(), createWriteStream(target));
  return { claims };
}

/**
 * Each claim of a journal once, with its release where there was one; in the order of their release, then the others.
 * Only ended claims that are not yet released are held in memory.
 */
export async function* timelinesOf(path: string): AsyncGenerator<ClaimTimeline> {
  const seen = new IndexSet();
  const unreleased = new Map<number, ClaimTimeline>();
  for await (const line of journalLines(path)) {
    if ('ended' in line && seen.add(line.ended.index)) {
      if (line.ended.end === 'not-submitted' || line.ended.end === 'unknown') yield line.ended;
      else unreleased.set(line.ended.index, line.ended);
    } else if ('released' in line) {
      const timeline = unreleased.get(line.released.index);
      if (timeline === undefined) continue;
      unreleased.delete(line.released.index);
      yield { ...timeline, releasedMs: line.released.atMs };
    }
  }
  yield* unreleased.values();
}

async function windowsOf(folder: string): Promise<number[]> {
  const names = await readdir(join(folder, 'journal')).catch(() => []);
  const indexes = names
    .map((name) => /^window-(\d+)\.jsonl$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined);
  return indexes.map(Number).sort((one, other) => one - other);
}
