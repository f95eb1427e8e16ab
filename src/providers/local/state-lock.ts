import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';

/** The lock is held for some milliseconds: one this old has a dead holder. */
const STALE_MS = 5_000;
const LOOK_EVERY_MS = 20;

/** Runs `act`, which must be short, alone among all processes that use this state folder. */
export async function holdingState<T>(
  stateFolder: string,
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T> {
  const release = await acquire(stateFolder, signal);
  try {
    return await act();
  } finally {
    await release().catch(() => undefined);
  }
}

async function acquire(stateFolder: string, signal: AbortSignal): Promise<() => Promise<void>> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await lock(join(stateFolder, 'local-clusters'), {
        realpath: false,
        stale: STALE_MS,
        // It is lost only where we stood still for seconds; what it guards is checked once more when it is used.
        onCompromised: () => undefined,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    }
    await sleep(LOOK_EVERY_MS);
  }
}
