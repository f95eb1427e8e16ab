import { Command } from 'commander';
import { withTemporal } from '../system/temporal.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import type { TemporalOptions } from './options.ts';
import { addTemporalOptions, outputOption, sameTemporal } from './options.ts';
import { readSpec, setOption } from './spec-input.ts';
import { runNameFor, startRun } from './start-run.ts';

interface StartOptions extends TemporalOptions {
  name?: string;
  set: string[];
  output: OutputForm;
}

/** `sandtide start SPEC`: starts a run and comes back at once, with the run's name. */
export function startCommand(): Command {
  return addTemporalOptions(new Command('start'))
    .description('Start a run of SPEC (YAML or JSON) and come back at once')
    .argument('<spec>', 'file, for instance examples/smoke.yaml')
    .option('--name <run>', 'name of the run, also its workflow id (default: file name and time)')
    .addOption(setOption())
    .addOption(outputOption('text', 'json'))
    .action(async (file: string, options: StartOptions) => {
      // What is wrong is told here, with line and column, before Temporal hears of it.
      const { input } = await readSpec(file, options.set);
      const runName = runNameFor(file, options.name);
      await withTemporal(options, async (client, temporal) => {
        const firstExecutionRunId = await startRun(client, runName, input);
        const started = { runName, namespace: temporal.namespace, firstExecutionRunId };
        const watch = `watch it with \`sandtide status --follow ${runName}${sameTemporal(options)}\``;
        print(options.output, started, `started run ${runName}\n${watch}`);
      });
    });
}
