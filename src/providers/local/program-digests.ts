import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

interface Known {
  size: number;
  mtimeMs: number;
  digest: string;
}

/** Four hundred megabytes in all: read once in the life of a worker, and again only where a file has changed. */
const known = new Map<string, Known>();

/** SHA-256 of each program's file by the program's name. One that can't be read (any more) is left out. */
export async function programDigests(
  programs: Readonly<Record<string, { path: string }>>,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const [name, { path }] of Object.entries(programs)) {
    const digest = await digestOf(path, signal).catch(() => null);
    signal.throwIfAborted();
    if (digest !== null) digests[name] = digest;
  }
  return digests;
}

async function digestOf(path: string, signal: AbortSignal): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const before = known.get(path);
  if (before?.size === size && before.mtimeMs === mtimeMs) return before.digest;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  const digest = hash.digest('hex');
  known.set(path, { size, mtimeMs, digest });
  return digest;
}
