import { Command } from 'commander';
import { withTemporal } from '../system/temporal.ts';
import { skipStageUpdate } from '../../workflows/messages.ts';
import { askRun, heldStage, tellHeld } from './held-run.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import type { TemporalOptions } from './options.ts';
import { addTemporalOptions, outputOption } from './options.ts';

interface SkipOptions extends TemporalOptions {
  output: OutputForm;
}

/** `sandtide skip RUN`: lets a held run go on without the stage that failed. */
export function skipCommand(): Command {
  return addTemporalOptions(new Command('skip'))
    .description('Let a held run go on without the stage that failed; it counts as failed all the same')
    .argument('<run>', 'name of the run')
    .addOption(outputOption('text', 'json'))
    .action(async (runName: string, options: SkipOptions) => {
      await withTemporal(options, async (client) => {
        const { stage, number } = heldStage(runName, await askRun(client, runName));
        const said = await tellHeld(client, runName, skipStageUpdate, { stage, hold: number });
        print(options.output, { runName, message: said }, `${runName}: ${said}`);
      });
    });
}
