import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { UnavailableError } from '../domain/errors.ts';
import type { Work } from '../domain/work.ts';
import { reportingElapsed } from './elapsed-progress.ts';
import type { ToolName } from './pinned-programs.ts';

/** A holder that has not shown life for so long is dead: two to three missed updates. */
const STALE_MS = 15_000;
const UPDATE_MS = 5_000;
/** How often a waiting process looks again. */
const WAIT_MS = 500;

/** What the holder of a tool's lock works with. */
export interface ToolHold {
  /** Aborted by the caller, or when the lock was lost to another process. */
  signal: AbortSignal;
  /** A new empty folder beside the cache's programs; gone when the hold ends. */
  makeFolder(): Promise<string>;
}

/**
 * Runs `act` while no other process of this machine gets the same tool. Whoever waits says so.
 * Folders that a killed predecessor left are removed first: while we hold the lock they can be nobody's.
 */
export async function holdingTool<T>(
  cache: string,
  tool: ToolName,
  work: Work,
  act: (hold: ToolHold) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  await mkdir(cache, { recursive: true });
  const release = await acquire(join(cache, `.making-${tool}`), tool, work, (cause) =>
    lost.abort(
      new UnavailableError({
        object: `the lock of ${tool} in ${cache}`,
        what: 'it was lost to another process',
        next: 'try again',
        cause,
      }),
    ),
  );
  const signal = AbortSignal.any([work.signal, lost.signal]);
  const prefix = `.making-${tool}-`;
  try {
    await removeFolders(cache, prefix);
    return await act({ signal, makeFolder: () => mkdtemp(join(cache, prefix)) });
  } finally {
    // Whoever took the lock from us owns the folders too.
    if (!lost.signal.aborted) {
      await removeFolders(cache, prefix);
      await release().catch(() => undefined);
    }
  }
}

async function acquire(file: string, tool: ToolName, work: Work, onCompromised: (error: Error) => void) {
  const options = { realpath: false, stale: STALE_MS, update: UPDATE_MS, onCompromised };
  const attempt = async () => {
    work.signal.throwIfAborted();
    try {
      return await lock(file, options);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return null;
      throw error;
    }
  };
  const first = await attempt();
  if (first !== null) return first;
  return reportingElapsed(
    work,
    () => `waiting for another process that gets ${tool}`,
    async () => {
      for (;;) {
        await sleep(WAIT_MS, undefined, { signal: work.signal }).catch(() => undefined);
        const release = await attempt();
        if (release !== null) return release;
      }
    },
  );
}

async function removeFolders(cache: string, prefix: string): Promise<void> {
  const names = await readdir(cache);
  const left = names.filter((name) => name.startsWith(prefix));
  await Promise.all(
    left.map((name) => rm(join(cache, name), { recursive: true, force: true, maxRetries: 3 })),
  );
}
