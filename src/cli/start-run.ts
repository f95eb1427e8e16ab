import { randomBytes } from 'node:crypto';
import { basename, extname } from 'node:path';
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { runNameProblem, slug } from '../domain/names.ts';
import { RUN_TASK_QUEUE, SANDBOX_RUN } from '../../workflows/messages.ts';
import { refusedOption } from './refused-option.ts';

/** Starts the run's workflow and gives its first execution's id. A name that an open run has is refused. */
export async function startRun(client: Client, runName: string, input: unknown): Promise<string> {
  try {
    const handle = await client.workflow.start(SANDBOX_RUN, {
      workflowId: runName,
      taskQueue: RUN_TASK_QUEUE,
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: 'benchmark of agent-sandbox',
    });
    return handle.firstExecutionRunId;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw badName(
      `a run called ${runName} is open already; watch it with \`sandtide status ${runName}\` or choose another --name`,
    );
  }
}

/** The name that was given, checked, or one of file name and time. */
export function runNameFor(file: string, given: string | undefined): string {
  return checkedName(given ?? defaultName(file));
}

/** The name that was given, checked, or the file's: Temporal puts the time behind the name of each run. */
export function scheduleNameFor(file: string, given: string | undefined): string {
  return checkedName(given ?? slug(basename(file, extname(file)), 30));
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

const badName = (message: string) => refusedOption('--name', message);
