import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { gunzipped } from '../system/gunzipped.ts';
import { journalPath } from './journal.ts';

/** What had to go. */
export interface Dropped {
  windows: number;
  claims: number;
}

/**
 * Compresses the journal of a window that is over, and drops the oldest compressed ones while all journals together take
 * more than `mostBytes`. Those of windows under way stay. Done twice, it has the effect of once.
 */
export async function keepJournals(
  folder: string,
  windowIndex: number,
  mostBytes: number,
  signal: AbortSignal,
): Promise<Dropped> {
  await compress(journalPath(folder, windowIndex), signal);
  const files = await journalsIn(join(folder, 'journal'));
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const dropped = { windows: 0, claims: 0 };
  for (const file of files) {
    if (bytes <= mostBytes) break;
    if (!file.path.endsWith('.gz')) continue;
    dropped.claims += await claimsIn(file.path);
    await rm(file.path, { force: true });
    dropped.windows += 1;
    bytes -= file.bytes;
  }
  return dropped;
}

async function compress(path: string, signal: AbortSignal): Promise<void> {
  const part = `${path}.gz.part`;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(part), { signal });
    await rename(part, `${path}.gz`);
    await rm(path);
  } catch (error) {
    await rm(part, { force: true });
    // On another machine, or compressed by the attempt before.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** Oldest windows first; what an earlier load left goes before them. */
async function journalsIn(folder: string): Promise<{ path: string; bytes: number }[]> {
  const names = await readdir(folder).catch(() => []);
  const journals = names.filter((name) => /^window-\d+(\.before-\d+)?\.jsonl(\.gz)?$/.test(name));
  const order = (name: string): number =>
    name.includes('.before-') ? -1 : Number(/\d+/.exec(name)?.[0] ?? 0);
  const sorted = journals.toSorted((one, other) => order(one) - order(other));
  return Promise.all(
    sorted.map(async (name) => {
      const path = join(folder, name);
      const size = await stat(path).then(
        ({ size: bytes }) => bytes,
        () => 0,
      );
      return { path, bytes: size };
    }),
  );
}

async function claimsIn(path: string): Promise<number> {
  let claims = 0;
  try {
    const lines = createInterface({ input: gunzipped(path) });
    for await (const line of lines) if (line.startsWith('{"ended"')) claims += 1;
  } catch {
    // What can't be read can't be counted, and goes all the same.
  }
  return claims;
}
