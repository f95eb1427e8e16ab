import { setTimeout as sleep } from 'node:timers/promises';
import { isOver } from '../started.ts';
import type { Cell } from '../cell.ts';
import type { Row } from '../row.ts';
import { everywhere } from '../row.ts';

export const WORKER_ROWS: readonly Row[] = [
  {
    name: 'worker SIGKILL',
    expected: everywhere(['passed']),
    async inject(cell) {
      await cell.home.endWorker('SIGKILL');
      cell.openGates();
      await cell.startWorker();
    },
  },
  {
    name: 'worker SIGTERM',
    expected: everywhere(['passed']),
    async inject(cell) {
      const before = cell.pids('etcd').length;
      await cell.home.endWorker('SIGTERM');
      // A deploy is no ending: nothing may be taken back on the way out.
      if (cell.place !== 'unwind' && cell.pids('etcd').length < before)
        throw new Error('a worker that was told to stop took the cluster along');
      cell.openGates();
      await cell.startWorker();
    },
  },
  {
    name: 'worker SIGSTOP past its heartbeat, then SIGCONT',
    expected: everywhere(['passed']),
    async inject(cell) {
      const stopped = cell.home.worker;
      const underWay = await cell.pending();
      stopped.child.kill('SIGSTOP');
      cell.openGates();
      await cell.startWorker();
      await untilTakenOver(cell, underWay[0]?.activity ?? '', underWay[0]?.attempt ?? 1);
      stopped.child.kill('SIGCONT');
      if (isOver(stopped.child)) throw new Error('the late worker ended');
    },
  },
  {
    name: 'kill -9 of everything',
    // What the API server has lost on the way, or a load without it, may fail the run; it ends clean all the same.
    expected: everywhere(['passed'], {
      'install-agent-sandbox': ['passed', 'failed'],
      'run-claims': ['passed', 'failed', 'thresholds-missed'],
      'between stages': ['passed', 'failed'],
    }),
    async inject(cell) {
      for (const { pid } of cell.home.processes()) killIfThere(pid);
      await cell.until('an empty machine', () => cell.home.processes().length === 0);
      cell.openGates();
      await cell.home.startServer();
      await cell.startWorker();
    },
  },
];

/** The next attempt is under way, or is over already. */
async function untilTakenOver(cell: Cell, activity: string, attempt: number): Promise<void> {
  await cell.until('the next attempt', async () => {
    const pending = await cell.pending();
    const same = pending.find((one) => one.activity === activity);
    if (same === undefined) return (await cell.status()) !== null;
    return same.attempt > attempt && same.started;
  });
  await sleep(200); // into its work
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went with another one.
  }
}
