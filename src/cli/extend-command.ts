import { Command } from 'commander';
import { withTemporal } from '../system/temporal.ts';
import { extendHoldUpdate } from '../../workflows/messages.ts';
import { askRun, heldStage, tellHeld } from './held-run.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import type { TemporalOptions } from './options.ts';
import { addTemporalOptions, outputOption } from './options.ts';
import { checkDuration } from './refused-option.ts';

interface ExtendOptions extends TemporalOptions {
  by: string;
  output: OutputForm;
}

/** `sandtide extend RUN --by 30m`: lets a hold go on for longer, and the lease with it. */
export function extendCommand(): Command {
  return addTemporalOptions(new Command('extend'))
    .description('Let a held run wait for longer, up to limits.leaseCap')
    .argument('<run>', 'name of the run')
    .requiredOption('--by <duration>', 'how much longer, as 30m or 2h')
    .addOption(outputOption('text', 'json'))
    .action(async (runName: string, options: ExtendOptions) => {
      const { by } = options;
      checkDuration('--by', by);
      await withTemporal(options, async (client) => {
        const { stage, number } = heldStage(runName, await askRun(client, runName));
        const said = await tellHeld(client, runName, extendHoldUpdate, { stage, hold: number, by });
        print(options.output, { runName, message: said }, `${runName}: ${said}`);
      });
    });
}
