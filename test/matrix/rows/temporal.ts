import { setTimeout as sleep } from 'node:timers/promises';
import { guardQuery } from '../../../workflows/messages.ts';
import type { Cell } from '../cell.ts';
import type { Place } from '../places.ts';
import type { Row, SetUp } from '../row.ts';
import { everywhere } from '../row.ts';

/** From the start of the run until its execution times out: longer than it takes to get to the place. */
const TIMES_OUT: Record<Place, `${number}s`> = {
  'before create': '5s',
  'create-cluster': '20s',
  'install-agent-sandbox': '30s',
  'run-claims': '40s',
  unwind: '45s',
  'between stages': '25s',
};

/** What holds the run in the place until then. */
const HELD: Record<Place, SetUp['input']> = {
  'before create': { gates: ['createCluster'] },
  'create-cluster': { gatesBehind: ['createCluster'] },
  'install-agent-sandbox': { gatesBehind: ['installAgentSandbox'] },
  'run-claims': { gatesBehind: ['runClaims'] },
  unwind: { gates: ['undoStep'] },
  'between stages': { gates: ['installAgentSandbox'] },
};

export const TEMPORAL_ROWS: readonly Row[] = [
  {
    name: 'Temporal server SIGKILL, restarted on its database',
    expected: everywhere(['passed']),
    async inject(cell) {
      await cell.home.stopServer('SIGKILL');
      await sleep(1_500);
      await cell.home.startServer();
    },
  },
  {
    name: 'cancel',
    expected: everywhere(['cancelled'], { unwind: 'it is the row "cancel during unwind"' }),
    inject: async (cell) => void (await cell.run.cancel()),
  },
  {
    name: 'cancel ten times',
    expected: everywhere(['cancelled'], { unwind: ['passed'] }),
    async inject(cell) {
      for (let times = 0; times < 10; times += 1) await cell.run.cancel();
    },
  },
  {
    name: 'cancel during unwind',
    expected: everywhere(['cancelled'], { unwind: ['passed'] }),
    async inject(cell) {
      await cell.run.cancel();
      cell.openGates();
      if (cell.place !== 'unwind') await cell.untilPending('undoStep');
      await cell.run.cancel();
    },
  },
  {
    name: 'terminate',
    expected: everywhere(['terminated']),
    inject: async (cell) => void (await cell.run.terminate('by test')),
  },
  {
    name: 'terminate, and its guard too',
    expected: everywhere(['terminated']),
    async inject(cell) {
      await cell.guard.terminate('by test');
      await cell.run.terminate('by test');
      cell.openGates();
      // Nobody guards it any more: the sweep is what is left.
      await cell.until('a sweep that finds nothing', () => swept(cell), 2_000);
    },
  },
  {
    name: 'execution time-out',
    expected: everywhere(['timed-out']),
    setUp: (place) => ({ executionTimeout: TIMES_OUT[place], input: HELD[place] ?? {} }),
    async inject(cell) {
      await cell.untilClosed();
    },
  },
  {
    name: 'a new run of the same name while the guard unwinds',
    expected: everywhere(['passed']),
    async inject(cell) {
      await cell.run.terminate('by test');
      cell.openGates();
      await cell.until('the guard to unwind', async () => {
        const progress = await cell.guard.query(guardQuery).catch(() => null);
        return progress?.watched[0]?.state === 'unwinding' || progress?.watched.length === 0;
      });
      await cell.startRun();
      cell.firstRunId = (await cell.run.describe()).runId;
    },
  },
  {
    name: 'two runs that want the same name',
    expected: everywhere(['passed']),
    async inject(cell) {
      const second = await cell.startRun().then(
        () => 'was started',
        (error: unknown) => (error instanceof Error ? error.name : 'failed'),
      );
      if (second !== 'WorkflowExecutionAlreadyStartedError') throw new Error(`a second run ${second}`);
    },
  },
  {
    name: 'search attributes not registered',
    expected: everywhere(
      'which attributes there are is asked once, before the run begins: one that an operator removes later is the row below',
      { 'before create': ['passed'] },
    ),
    setUp: () => ({
      async before(cell) {
        // Another type under our name: the worker can't register its own.
        for (const name of ['SandtideStage', 'SandtideOutcome'])
          await cell.home.temporal('operator', 'search-attribute', 'create', '--name', name, '--type', 'Int');
      },
      input: { gates: [] },
    }),
    byItself: true,
    async inject() {},
  },
  {
    name: 'search attribute removed by an operator',
    expected: everywhere(['passed', 'cancelled', 'terminated']),
    // What wedges the run is ended by its guard when the lease is over.
    setUp: () => ({
      spec: {
        agentSandbox: { warmPool: { replicas: 5, readyTimeout: '10s' } },
        load: { readyTimeout: '10s' },
        limits: { lease: '45s', teardownDeadline: '5s' },
      },
    }),
    async inject(cell) {
      for (const name of ['SandtideStage', 'SandtideOutcome'])
        await cell.home.temporal('operator', 'search-attribute', 'remove', '--name', name, '--yes');
    },
  },
];

async function swept(cell: Cell): Promise<boolean> {
  const sweep = cell.home.sandtide('sweep', '--apply', '--address', cell.home.address);
  await sweep.ended;
  return cell.home.clustersLeft().length === 0;
}
