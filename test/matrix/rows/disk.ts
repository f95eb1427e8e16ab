import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell } from '../cell.ts';
import { ImpossibleHere } from '../impossible-here.ts';
import type { Row } from '../row.ts';
import { everywhere } from '../row.ts';

/** The report folder is a small file system of the worker's own, which nobody else sees. */
const MOUNTING = ['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])];
const SCRIPT = 'mount -t tmpfs -o size=1m none "$0" && exec "$@"';

export const DISK_ROWS: readonly Row[] = [
  {
    name: 'disk full in the report folder',
    // Where it stays full to the end, a report without files is the run's result.
    expected: everywhere(['passed']),
    setUp: () => ({
      async before(cell) {
        assertMountable();
        const runs = join(cell.home.folder, 'runs');
        cell.setUp.workerThrough = [...MOUNTING, '--', 'sh', '-c', SCRIPT, runs];
      },
    }),
    async inject(cell) {
      const filler = join(runsOf(cell), 'filler');
      fill(filler);
      cell.openGates();
      if (cell.place === 'unwind') return;
      // The load can't go on without its journal; it does as soon as there is room.
      await cell.untilPending('runClaims', cell.place === 'run-claims' ? 2 : 3);
      rmSync(filler);
    },
  },
];

/** As the worker sees it. */
function runsOf({ home }: Cell): string {
  return `/proc/${home.worker.child.pid}/root${join(home.folder, 'runs')}`;
}

function fill(path: string): void {
  for (const size of [64 * 1024, 1024, 16]) {
    const piece = Buffer.alloc(size);
    try {
      for (;;) appendFileSync(path, piece);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

function assertMountable(): void {
  const [program, ...args] = [...MOUNTING, '--', 'sh', '-c', 'mount -t tmpfs -o size=1m none /mnt'];
  try {
    execFileSync(program, args, { stdio: 'ignore' });
  } catch {
    throw new ImpossibleHere('this machine lets nobody mount a small file system for one process');
  }
}
