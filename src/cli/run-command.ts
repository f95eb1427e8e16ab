import { join } from 'node:path';
import { Command } from 'commander';
import type { RunSpec } from '../spec/schema.ts';
import { reportFolder } from '../report/report-folder.ts';
import { withTemporal } from '../system/temporal.ts';
import { startEmbedded } from './embedded.ts';
import { exitCodeOf } from './exit-code.ts';
import { attend } from './attend-run.ts';
import { Interrupts } from './interrupts.ts';
import { addTemporalOptions, outputOption, sameTemporal } from './options.ts';
import { readSpec, setOption } from './spec-input.ts';
import { runNameFor, startRun } from './start-run.ts';
import { inOneLine } from './tool-progress.ts';
import { createView } from './view.ts';

interface RunOptions {
  address?: string;
  namespace?: string;
  name?: string;
  embedded?: boolean;
  set: string[];
  output: 'text' | 'json';
}

/** `sandtide run SPEC`: starts a run, shows it, and ends with its report and its exit code. */
export function runCommand(): Command {
  return addTemporalOptions(new Command('run'))
    .description('Start a run of SPEC (YAML or JSON), watch it, and end with its report')
    .argument('<spec>', 'file, for instance examples/smoke.yaml')
    .option('--name <run>', 'name of the run, also its workflow id (default: file name and time)')
    .option('--embedded', 'bring a Temporal server and a worker of its own, which end with the run')
    .addOption(setOption())
    .addOption(outputOption('text', 'json'))
    .action(async (file: string, options: RunOptions) => {
      const { input, spec } = await readSpec(file, options.set);
      const runName = runNameFor(file, options.name);
      const view = createView(process.stderr);
      const interrupts = new Interrupts();
      try {
        process.exitCode = options.embedded
          ? await runEmbedded(runName, input, spec, options, view, interrupts)
          : await runAttached(runName, input, options, view, interrupts);
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
  { output }: RunOptions,
  view: ReturnType<typeof createView>,
  interrupts: Interrupts,
): Promise<number> {
  const setUp = interrupts.abortOnFirst();
  const logs = join(reportFolder(spec.report.folder, runName), 'logs');
  const embedded = await inOneLine(setUp.signal, (work) => startEmbedded(logs, work));
  setUp.release();
  try {
    if (embedded.uiUrl !== null) view.note(`Temporal UI while the run lasts: ${embedded.uiUrl}`);
    return await withTemporal(embedded, async (client) => {
      await startRun(client, runName, input);
      const lost = embedded.workerExited;
      const end = await attend({ client, runName, view, interrupts, canDetach: false, lost });
      return exitCodeOf(end, process.stdout, output);
    });
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
  return withTemporal(options, async (client) => {
    await startRun(client, runName, input);
    view.note(
      `started run ${runName}; it goes on without this command: sandtide status ${runName}${sameTemporal(options)}`,
    );
    const end = await attend({ client, runName, view, interrupts, canDetach: true, lost: null });
    return exitCodeOf(end, process.stdout, options.output);
  });
}
