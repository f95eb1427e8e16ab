import type { Client } from '@temporalio/client';
import { Command, InvalidArgumentError } from 'commander';
import { columns } from '../report/columns.ts';
import { plural } from '../report/figures.ts';
import { plainText } from '../report/plain-text.ts';
import { withTemporal } from '../system/temporal.ts';
import { SANDBOX_RUN } from '../../workflows/messages.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import type { ListedRun } from './listed-run.ts';
import { listedRun } from './listed-run.ts';
import type { TemporalOptions } from './options.ts';
import { addTemporalOptions, outputOption } from './options.ts';

interface ListOptions extends TemporalOptions {
  open?: boolean;
  limit: number;
  output: OutputForm;
}

/** `sandtide list`: the runs that Temporal knows, the newest first. */
export function listCommand(): Command {
  return addTemporalOptions(new Command('list'))
    .description('List the runs that Temporal knows, the newest first')
    .option('--open', 'only those that have not ended')
    .option('--limit <number>', 'how many at most', positive, 20)
    .addOption(outputOption('text', 'json'))
    .action(async (options: ListOptions) => {
      await withTemporal(options, async (client, temporal) => {
        const runs = await listRuns(client, options);
        print(options.output, runs, listText(runs, options, temporal.namespace).join('\n'));
      });
    });
}

async function listRuns(client: Client, { open, limit }: ListOptions): Promise<ListedRun[]> {
  // A soak is one run in many executions: those that handed over to the next one are no runs of their own.
  const which = open === true ? "ExecutionStatus = 'Running'" : "ExecutionStatus != 'ContinuedAsNew'";
  const query = `WorkflowType = '${SANDBOX_RUN}' AND ${which}`;
  const runs: ListedRun[] = [];
  for await (const execution of client.workflow.list({ query, pageSize: Math.min(limit, 1000) })) {
    runs.push(listedRun(execution));
    if (runs.length === limit) break;
  }
  return runs;
}

function listText(runs: ListedRun[], { open, limit }: ListOptions, namespace: string): string[] {
  if (runs.length === 0)
    return [
      `no ${open === true ? 'open ' : ''}run in namespace ${namespace}; start one with \`sandtide run SPEC\``,
    ];
  const table = columns({
    head: ['RUN', 'STATUS', 'STAGE', 'OUTCOME', 'PROVIDER', 'STARTED', 'TOOK'],
    align: ['left', 'left', 'left', 'left', 'left', 'left', 'right'],
    rows: runs.map((run) =>
      [
        run.runName,
        run.alarm === null ? run.status : `${run.status}, ${run.alarm}`,
        run.stage ?? '',
        run.outcome ?? '',
        run.provider ?? '',
        run.startedAt.slice(0, 19).replace('T', ' '),
        run.took,
      ].map(plainText),
    ),
  });
  return [
    ...table,
    ...(runs.length === limit ? [`the newest ${plural(limit, 'run')}; --limit shows more`] : []),
  ];
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= 10_000) return value;
  throw new InvalidArgumentError('give a whole number from 1 to 10000.');
}
