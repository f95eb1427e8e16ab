import { Command } from 'commander';
import { parseDuration } from '../domain/durations.ts';
import { InvalidSpecError } from '../domain/errors.ts';
import { connectTemporal } from '../system/temporal.ts';
import { extendHoldUpdate } from '../../workflows/messages.ts';
import { askRun, heldStage, tellHeld } from './held-run.ts';
import { printAnswer } from './answer.ts';
import { addTemporalOptions, outputOption } from './options.ts';

interface ExtendOptions {
  address?: string;
  namespace?: string;
  by: string;
  output: 'text' | 'json';
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
      if ((parseDuration(by) ?? 0) <= 0) {
        const message = `found ${JSON.stringify(by)}; allowed: a duration such as 90s, 30m or 2h`;
        throw new InvalidSpecError([{ path: '--by', message }], 'command line');
      }
      const { client } = await connectTemporal(options);
      try {
        const { stage, number } = heldStage(runName, await askRun(client, runName));
        const said = await tellHeld(client, runName, extendHoldUpdate, { stage, hold: number, by });
        printAnswer(options.output, { runName, message: said }, `${runName}: ${said}`);
      } finally {
        await client.connection.close();
      }
    });
}
