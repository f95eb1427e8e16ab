/**
 * What durability costs: how much of a whole run is not the acts themselves, the time from each act's end to the next
 * one's beginning, a plain script that does the same acts beside it, and how soon a new worker does its first task.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { readSpecFile } from '../src/spec/read-file.ts';
import { resolveSpec } from '../src/spec/resolve.ts';
import { startTemporalServer } from '../src/system/temporal-server.ts';
import { createToolchain } from '../src/toolchain/create-toolchain.ts';
import { RUN_TASK_QUEUE, SANDBOX_RUN } from '../workflows/messages.ts';
import { epochMsOf, historyTimes } from './history-times.ts';
import type { ActivityTime } from './history-times.ts';
import { tellOutcome } from './outcome.ts';
import type { Figure } from './outcome.ts';
import { plainRun } from './plain-run.ts';
import type { PlainRun } from './plain-run.ts';
import { median } from './quantiles.ts';

const ROOT = join(import.meta.dirname, '..');
const SOURCES = join(ROOT, 'bin/sandtide.js');
const COMPILED = join(ROOT, 'dist/src/cli.js');
const { values } = parseArgs({
  options: {
    spec: { type: 'string', default: join(ROOT, 'examples/smoke.yaml') },
    rounds: { type: 'string', default: '1' },
    starts: { type: 'string', default: '3' },
  },
});

/** What a plain script would do as well; all other activities are there for durability and for the report. */
const ACTS = new Set([
  'createCluster',
  'installAgentSandbox',
  'installWorkload',
  'fillWarmPool',
  'runClaims',
  'undoStep',
]);

/** One whole run, by its history. */
interface DurableRun {
  runSeconds: number;
  acts: ActivityTime[];
}

const folder = mkdtempSync(join(tmpdir(), 'sandtide-bench-overhead-'));
// A state of its own, for the workers too: whoever works on this machine beside us has clusters as well.
process.env['XDG_STATE_HOME'] = join(folder, 'state');
const work = { signal: new AbortController().signal, progress: () => undefined };
const programs = await createToolchain().findAll(['temporal'], work);
const server = await startTemporalServer(
  {
    program: programs['temporal']!.path, // findAll finds all or throws
    databaseFile: join(folder, 'temporal.db'),
    logFile: join(folder, 'temporal.log'),
    namespace: 'default',
  },
  work,
);
const connection = await Connection.connect({ address: server.address });
const client = new Client({ connection });

/** A worker of that command line until `during` is over, which is told when it was started and when it polls. */
async function withWorker<T>(
  cli: string,
  during: (startedMs: number, polls: Promise<unknown>) => Promise<T>,
): Promise<T> {
  const startedMs = Date.now();
  const worker = spawn(process.execPath, [cli, 'worker', '--address', server.address], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    cwd: folder,
  });
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  try {
    const polls = new Promise((resolve) => worker.once('message', resolve));
    return await during(startedMs, polls);
  } finally {
    worker.kill('SIGTERM');
    await gone;
  }
}

async function durableRun(input: unknown, round: number): Promise<DurableRun> {
  const run = { workflowId: `bench-run-${round}`, taskQueue: RUN_TASK_QUEUE, args: [input] };
  const handle = await client.workflow.start(SANDBOX_RUN, run);
  await handle.result();
  const { startedMs, endedMs, activities } = historyTimes(await handle.fetchHistory());
  return { runSeconds: (endedMs - startedMs) / 1000, acts: activities.filter(({ name }) => ACTS.has(name)) };
}

/** From a worker's start to its first workflow task, of a run that was waiting for it and fails by its spec at once. */
async function workerStartMs(cli: string, round: string): Promise<number> {
  const run = { workflowId: `bench-start-${round}`, taskQueue: RUN_TASK_QUEUE, args: [{ load: 'none' }] };
  const handle = await client.workflow.start(SANDBOX_RUN, run);
  return withWorker(cli, async (startedMs) => {
    await handle.result().catch(() => undefined);
    const { events } = await handle.fetchHistory();
    const first = events?.find((event) => Boolean(event.workflowTaskStartedEventAttributes));
    return epochMsOf(first?.eventTime) - startedMs;
  });
}

async function workerStarts(cli: string): Promise<number[]> {
  const starts: number[] = [];
  for (let round = 0; round < Number(values.starts); round += 1) {
    starts.push(await workerStartMs(cli, `${cli === COMPILED ? 'compiled' : 'sources'}-${round}`));
  }
  return starts;
}

const { input } = await readSpecFile(values.spec);
const spec = resolveSpec(input);
const plain: PlainRun[] = [];
const durable: DurableRun[] = [];
const figures: Figure[] = [];
try {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    plain.push(await plainRun(spec));
    durable.push(
      await withWorker(SOURCES, async (_, polls) => {
        await polls;
        return durableRun(input, round);
      }),
    );
  }
  const actSeconds = ({ acts }: DurableRun): number =>
    acts.reduce((sum, { startedMs, endedMs }) => sum + (endedMs - startedMs) / 1000, 0);
  const besides = median(durable.map((run) => run.runSeconds - actSeconds(run)));
  const most = 0.05 * median(durable.map(actSeconds)) + 2;
  const gaps = durable.flatMap(({ acts }) =>
    acts.slice(1).map(({ startedMs }, index) => startedMs - (acts[index]?.endedMs ?? NaN)),
  );
  figures.push(
    { what: 'run, whole', value: median(durable.map((run) => run.runSeconds)), unit: 's' },
    { what: '  of it the acts', value: median(durable.map(actSeconds)), unit: 's' },
    { what: '  of it besides the acts', value: besides, unit: 's', target: { most } },
    {
      what: 'plain script with the same acts',
      value: median(plain.map((run) => run.totalSeconds)),
      unit: 's',
    },
    { what: "from an act's end to the next one's beginning, median", value: median(gaps), unit: 'ms' },
    { what: "from an act's end to the next one's beginning, longest", value: Math.max(...gaps), unit: 'ms' },
    {
      what: 'worker start to first task, bundling the sources',
      value: median(await workerStarts(SOURCES)),
      unit: 'ms',
    },
  );
  if (existsSync(COMPILED)) {
    const value = median(await workerStarts(COMPILED));
    figures.push({ what: 'worker start to first task, prebuilt bundle', value, unit: 'ms' });
  } else {
    console.log('no dist/: run `npm run build` first to measure a worker with its prebuilt bundle');
  }
} finally {
  await connection.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
await tellOutcome('overhead', values, figures, { plain: plain.map(({ seconds }) => seconds), durable });
