import { randomBytes } from 'node:crypto';
import { basename, extname, join } from 'node:path';
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { Command } from 'commander';
import { InvalidSpecError } from '../domain/errors.ts';
import { runNameProblem, slug } from '../domain/names.ts';
import type { RunSpec } from '../spec/schema.ts';
import { reportFolder } from '../report/report-folder.ts';
import { readSpecFile } from '../spec/read-file.ts';
import { resolveSpec } from '../spec/resolve.ts';
import { connectTemporal } from '../system/temporal.ts';
import { RUN_TASK_QUEUE, SANDBOX_RUN } from '../../workflows/messages.ts';
import { startEmbedded } from './embedded.ts';
import { exitCodeOf } from './exit-code.ts';
import { attend } from './attend-run.ts';
import { Interrupts } from './interrupts.ts';
import { addTemporalOptions, sameTemporal } from './options.ts';
import { inOneLine } from './tool-progress.ts';
import { createView } from './view.ts';

interface RunOptions {
  address?: string;
  namespace?: string;
  name?: string;
  embedded?: boolean;
}

/** `sandtide run SPEC`: starts a run, shows it, and ends with its report and its exit code. */
export function runCommand(): Command {
  return addTemporalOptions(new Command('run'))
    .description('Start a run of SPEC (YAML or JSON), watch it, and end with its report')
    .argument('<spec>', 'file, for instance examples/smoke.yaml')
    .option('--name <run>', 'name of the run, also its workflow id (default: file name and time)')
    .option('--embedded', 'bring a Temporal server and a worker of its own, which end with the run')
    .action(async (file: string, options: RunOptions) => {
      const read = await readSpecFile(file);
      const spec = resolveSpec(read.input, read);
      const runName = checkedName(options.name ?? defaultName(file));
      const view = createView(process.stderr);
      const interrupts = new Interrupts();
      try {
        process.exitCode = options.embedded
          ? await runEmbedded(runName, read.input, spec, view, interrupts)
          : await runAttached(runName, read.input, options, view, interrupts);
      } finally {
        interrupts.dispose();
        view.close();
      }
    });
}

async function runEmbedded(
  runName: string,
  input: unknown,
  spec: RunSpec,
  view: ReturnType<typeof createView>,
  interrupts: Interrupts,
): Promise<number> {
  const setUp = interrupts.abortOnFirst();
  const logs = join(reportFolder(spec.report.folder, runName), 'logs');
  const embedded = await inOneLine(setUp.signal, (work) => startEmbedded(logs, work));
  setUp.release();
  try {
    if (embedded.uiUrl !== null) view.note(`Temporal UI while the run lasts: ${embedded.uiUrl}`);
    const { client } = await connectTemporal(embedded);
    await startRun(client, runName, input);
    const end = await attend({
      client,
      runName,
      view,
      interrupts,
      canDetach: false,
      lost: embedded.workerExited,
    });
    await client.connection.close();
    return exitCodeOf(end, process.stdout);
  } finally {
    view.note('stopping the worker and the Temporal server');
    await embedded.stop();
  }
}

async function runAttached(
  runName: string,
  input: unknown,
  options: RunOptions,
  view: ReturnType<typeof createView>,
  interrupts: Interrupts,
): Promise<number> {
  const { client } = await connectTemporal(options);
  try {
    await startRun(client, runName, input);
    view.note(
      `started run ${runName}; it goes on without this command: sandtide status ${runName}${sameTemporal(options)}`,
    );
    const end = await attend({ client, runName, view, interrupts, canDetach: true, lost: null });
    return exitCodeOf(end, process.stdout);
  } finally {
    await client.connection.close();
  }
}

async function startRun(client: Client, runName: string, input: unknown): Promise<void> {
  try {
    await client.workflow.start(SANDBOX_RUN, {
      workflowId: runName,
      taskQueue: RUN_TASK_QUEUE,
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: 'benchmark of agent-sandbox',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw badName(
      `a run called ${runName} is open already; watch it with \`sandtide status ${runName}\` or choose another --name`,
    );
  }
}

/** `smoke-20261124-161530-4f2a`: two runs started at once must not share a folder. */
function defaultName(file: string): string {
  const time = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${slug(basename(file, extname(file)), 30)}-${time}-${randomBytes(2).toString('hex')}`;
}

function checkedName(name: string): string {
  const problem = runNameProblem(name);
  if (problem !== null) throw badName(problem);
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return name;
  throw badName(
    'use letters, digits, dots, hyphens and underscores, 100 characters at most, and begin with a letter or digit',
  );
}

const badName = (message: string) => new InvalidSpecError([{ path: '--name', message }], 'command line');
