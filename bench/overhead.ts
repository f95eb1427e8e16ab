/**
 * What durability costs: a whole run by Temporal beside a plain script that does the same acts, the time from each
 * step's end to the next one's beginning, and how soon a new worker does its first task.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import type { RunReport } from '../src/report/report.ts';
import { readSpecFile } from '../src/spec/read-file.ts';
import { resolveSpec } from '../src/spec/resolve.ts';
import { startTemporalServer } from '../src/system/temporal-server.ts';
import { createToolchain } from '../src/toolchain/create-toolchain.ts';
import { RUN_TASK_QUEUE, SANDBOX_RUN } from '../workflows/messages.ts';
import { tellOutcome } from './outcome.ts';
import type { Figure } from './outcome.ts';
import { plainRun } from './plain-run.ts';
import type { PlainRun } from './plain-run.ts';
import { median } from './quantiles.ts';

const ROOT = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    spec: { type: 'string', default: join(ROOT, 'examples/smoke.yaml') },
    rounds: { type: 'string', default: '1' },
    starts: { type: 'string', default: '3' },
  },
});

interface DurableRun {
  /** From the workflow's first event to its last. */
  runSeconds: number;
  /** The whole command, with a Temporal server and a worker of its own. */
  commandSeconds: number;
  report: RunReport;
}

async function durableRun(): Promise<DurableRun> {
  const beganMs = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'sandtide-bench-run-'));
  try {
    const args = [join(ROOT, 'bin/sandtide.js'), 'run', '--embedded', values.spec, '--output', 'json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 });
    const report = JSON.parse(stdout) as RunReport;
    const runSeconds = (Date.parse(report.endedAt) - Date.parse(report.startedAt)) / 1000;
    return { runSeconds, commandSeconds: (performance.now() - beganMs) / 1000, report };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from each forward step's end to the next one's beginning, by the workflow's own clock. */
function gapsOf({ steps }: RunReport): number[] {
  const begun = steps.filter((step) => step.startedAt !== null && step.durationSeconds !== null);
  return begun.slice(1).map((step, index) => {
    const before = begun[index];
    const endedMs = Date.parse(before?.startedAt ?? '') + (before?.durationSeconds ?? NaN) * 1000;
    return Date.parse(step.startedAt ?? '') - endedMs;
  });
}

/** From a worker's start to its first workflow task, of a run that was waiting for it. The run fails by its spec at once. */
async function workerStartMs(cli: string[], address: string, client: Client, round: number): Promise<number> {
  const workflowId = `bench-start-${round}`;
  const run = { workflowId, taskQueue: RUN_TASK_QUEUE, args: [{ load: 'none' }] };
  const handle = await client.workflow.start(SANDBOX_RUN, run);
  const startedMs = Date.now();
  const worker = spawn(process.execPath, [...cli, 'worker', '--address', address], { stdio: 'ignore' });
  try {
    await handle.result().catch(() => undefined);
    const { events } = await handle.fetchHistory();
    const first = events?.find((event) => Boolean(event.workflowTaskStartedEventAttributes));
    const { seconds, nanos } = first?.eventTime ?? {};
    return Number(seconds) * 1000 + Number(nanos) / 1e6 - startedMs;
  } finally {
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill('SIGTERM');
    await gone;
  }
}

async function workerStarts(cli: string[]): Promise<number[]> {
  const work = { signal: new AbortController().signal, progress: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'sandtide-bench-temporal-'));
  const programs = await createToolchain().findAll(['temporal'], work);
  const program = programs['temporal']!.path; // findAll finds all or throws
  const files = { databaseFile: join(folder, 'temporal.db'), logFile: join(folder, 'temporal.log') };
  const server = await startTemporalServer({ program, ...files, namespace: 'default' }, work);
  try {
    const connection = await Connection.connect({ address: server.address });
    const client = new Client({ connection });
    const starts: number[] = [];
    for (let round = 0; round < Number(values.starts); round += 1) {
      starts.push(await workerStartMs(cli, server.address, client, round));
    }
    await connection.close();
    return starts;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const spec = resolveSpec((await readSpecFile(values.spec)).input);
const plain: PlainRun[] = [];
const durable: DurableRun[] = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  plain.push(await plainRun(spec));
  durable.push(await durableRun());
}
const plainSeconds = median(plain.map(({ totalSeconds }) => totalSeconds));
const runSeconds = median(durable.map((run) => run.runSeconds));
const gaps = durable.flatMap(({ report }) => gapsOf(report));
const figures: Figure[] = [
  { what: 'plain script, whole', value: plainSeconds, unit: 's' },
  { what: 'run, whole', value: runSeconds, unit: 's', target: { most: plainSeconds * 1.05 + 2 } },
  { what: 'run - plain script', value: runSeconds - plainSeconds, unit: 's' },
  {
    what: 'command with server and worker of its own',
    value: median(durable.map((run) => run.commandSeconds)),
    unit: 's',
  },
  { what: "from a step's end to the next one's beginning, median", value: median(gaps), unit: 'ms' },
  { what: "from a step's end to the next one's beginning, longest", value: Math.max(...gaps), unit: 'ms' },
];
const compiled = join(ROOT, 'dist/src/cli.js');
const fromSources = await workerStarts([join(ROOT, 'bin/sandtide.js')]);
figures.push({
  what: 'worker start to first task, bundling the sources',
  value: median(fromSources),
  unit: 'ms',
});
if (existsSync(compiled)) {
  const prebuilt = await workerStarts([compiled]);
  figures.push({ what: 'worker start to first task, prebuilt bundle', value: median(prebuilt), unit: 'ms' });
} else {
  console.log('no dist/: run `npm run build` first to measure a worker with its prebuilt bundle');
}
const steps = durable.map(({ report }) =>
  report.steps.map(({ id, durationSeconds }) => ({ id, durationSeconds })),
);
await tellOutcome('overhead', values, figures, { plain: plain.map(({ seconds }) => seconds), steps, gaps });
