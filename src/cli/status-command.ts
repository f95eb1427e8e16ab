import { WorkflowNotFoundError } from '@temporalio/client';
import { Command } from 'commander';
import { painter } from '../report/paint.ts';
import { connectTemporal } from '../system/temporal.ts';
import { attend } from './attend-run.ts';
import { wantsColour } from './colour.ts';
import { exitCodeOf } from './exit-code.ts';
import { statusOf } from './follow-run.ts';
import { Interrupts } from './interrupts.ts';
import { noSuchRun } from './no-such-run.ts';
import { addTemporalOptions, outputOption } from './options.ts';
import { statusLines } from './status-lines.ts';
import { createView } from './view.ts';

interface StatusOptions {
  address?: string;
  namespace?: string;
  follow?: boolean;
  output: 'text' | 'json';
}

/** `sandtide status RUN`: steps, states and times now, or until the run ends. */
export function statusCommand(): Command {
  return addTemporalOptions(new Command('status'))
    .description('Show how far a run is')
    .argument('<run>', 'name of the run')
    .option('-f, --follow', 'stay and watch until the run ends')
    .addOption(outputOption('text', 'json'))
    .action(async (runName: string, options: StatusOptions) => {
      const { client } = await connectTemporal(options);
      const view = createView(process.stderr);
      const interrupts = new Interrupts();
      try {
        const handle = client.workflow.getHandle(runName);
        const description = await handle.describe().catch((error: unknown) => {
          throw error instanceof WorkflowNotFoundError ? noSuchRun(runName) : error;
        });
        if (options.follow === true) {
          process.exitCode = exitCodeOf(
            await attend({ client, runName, view, interrupts, canDetach: true, lost: null }),
            process.stdout,
            options.output,
          );
          return;
        }
        const status = await statusOf(handle);
        if (options.output === 'json') {
          process.stdout.write(
            `${JSON.stringify({ workflowStatus: description.status.name, ...status }, null, 2)}\n`,
          );
          return;
        }
        process.stdout.write(`${runName}: ${description.status.name}\n`);
        if (status === null)
          process.stdout.write('no worker answers for it now: start one with `sandtide worker`\n');
        else
          process.stdout.write(
            `${statusLines(status, Date.now(), { width: process.stdout.columns ?? 80, paint: painter(wantsColour(process.stdout)) }).join('\n')}\n`,
          );
      } finally {
        interrupts.dispose();
        view.close();
        await client.connection.close();
      }
    });
}
