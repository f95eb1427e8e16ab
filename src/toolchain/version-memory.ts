import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from './tool-cache.ts';

/** One file as it was when it told its version. */
interface Remembered {
  mtimeMs: number;
  size: number;
  /** Null where it told none. */
  version: string | null;
}

/** Which version each program outside our cache printed, so that a warm look-up starts no program. */
export interface VersionMemory {
  /** Undefined where the file is unknown or has changed since. */
  recall(path: string, file: { mtimeMs: number; size: number }): string | null | undefined;
  note(path: string, file: { mtimeMs: number; size: number }, version: string | null): void;
  /** Writes what is new. A cache that can't be written costs a second look and nothing else. */
  keep(): Promise<void>;
}

export async function openVersionMemory(cache: string): Promise<VersionMemory> {
  const path = join(cache, 'printed-versions.json');
  const known = await readKnown(path);
  const fresh = new Map<string, Remembered>();
  return {
    recall(program, file) {
      const entry = fresh.get(program) ?? known[program];
      return entry?.mtimeMs === file.mtimeMs && entry.size === file.size ? entry.version : undefined;
    },
    note(program, { mtimeMs, size }, version) {
      fresh.set(program, { mtimeMs, size, version });
    },
    async keep() {
      if (fresh.size === 0) return;
      // Read again: another process may have added its own in the meantime.
      const merged = { ...(await readKnown(path)), ...Object.fromEntries(fresh) };
      fresh.clear();
      await writeWhole(path, `${JSON.stringify(merged, null, 2)}\n`).catch(() => undefined);
    },
  };
}

async function readKnown(path: string): Promise<Record<string, Remembered>> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, Remembered] => isRemembered(entry[1])),
    );
  } catch {
    return {};
  }
}

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false;
  const { mtimeMs, size, version } = value as Partial<Record<keyof Remembered, unknown>>;
  return (
    typeof mtimeMs === 'number' &&
    typeof size === 'number' &&
    (version === null || typeof version === 'string')
  );
}
