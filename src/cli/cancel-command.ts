import { WorkflowNotFoundError } from '@temporalio/client';
import { Command } from 'commander';
import { withTemporal } from '../system/temporal.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import type { TemporalOptions } from './options.ts';
import { addTemporalOptions, outputOption, sameTemporal } from './options.ts';
import { noSuchRun } from './no-such-run.ts';

interface CancelOptions extends TemporalOptions {
  output: OutputForm;
}

/** `sandtide cancel RUN`: asks the run to stop; it takes everything down first. */
export function cancelCommand(): Command {
  return addTemporalOptions(new Command('cancel'))
    .description('Ask a run to stop; it takes everything down first')
    .argument('<run>', 'name of the run')
    .addOption(outputOption('text', 'json'))
    .action(async (runName: string, options: CancelOptions) => {
      await withTemporal(options, async (client) => {
        await client.workflow
          .getHandle(runName)
          .cancel()
          .catch((error: unknown) => {
            throw error instanceof WorkflowNotFoundError ? noSuchRun(runName) : error;
          });
        print(
          options.output,
          { runName, cancelRequested: true },
          `asked ${runName} to stop; watch it clean up with \`sandtide status --follow ${runName}${sameTemporal(options)}\``,
        );
      });
    });
}
