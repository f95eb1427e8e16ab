import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Owner } from '../domain/names.ts';
import { claimName } from '../domain/names.ts';
import type { ClaimTimeline } from '../measure/window-result.ts';
import { IndexSet } from './index-set.ts';
import { journalLines, journalPath } from './journal.ts';

/** Whose claims are meant, and where their journals are. */
export interface JournalFolder {
  /** The run's folder. A run of the same name before this one may have left its journals in it. */
  folder: string;
  owner: Owner;
  signal: AbortSignal;
}

/**
 * Writes the timelines of the owner's claims into one gzip file of JSON lines, one a claim, and says how many; `seen` is
 * told of each. The file appears whole or not at all; of no claims none is made.
 */
export async function compressJournals(
  from: JournalFolder,
  target: string,
  seen: (claim: ClaimTimeline) => void = () => undefined,
): Promise<{ claims: number }> {
  let claims = 0;
  async function* text(): AsyncGenerator<string> {
    for await (const { window, timeline } of timelinesIn(from)) {
      claims += 1;
      seen(timeline);
      yield `${JSON.stringify({ window, ...timeline })}\n`;
    }
  }
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await pipeline(text(), createGzip(), createWriteStream(part), { signal: from.signal });
    if (claims > 0) await rename(part, target);
  } finally {
    await rm(part, { force: true });
  }
  return { claims };
}

/** Each claim of the owner once, window by window. */
export async function* timelinesIn({
  folder,
  owner,
}: JournalFolder): AsyncGenerator<{ window: number; timeline: ClaimTimeline }> {
  for (const window of await windowsOf(folder)) {
    const prefix = claimName(owner, window, 0).slice(0, -1);
    for await (const timeline of timelinesOf(journalPath(folder, window))) {
      if (timeline.name.startsWith(prefix)) yield { window, timeline };
    }
  }
}

/**
 * Each claim of a journal once, with its release where there was one; in the order of their release, then the others.
 * Only ended claims that are not yet released are held in memory.
 */
async function* timelinesOf(path: string): AsyncGenerator<ClaimTimeline> {
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
    .map((name) => /^window-(\d+)\.jsonl(?:\.gz)?$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined);
  return [...new Set(indexes.map(Number))].sort((one, other) => one - other);
}
