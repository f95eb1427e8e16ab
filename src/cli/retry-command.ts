import type { Client } from '@temporalio/client';
import { Command, Option } from 'commander';
import { ConflictError } from '../domain/errors.ts';
import type { HeldStage } from '../domain/held-stage.ts';
import type { StageStart } from '../domain/operator-commands.ts';
import { STAGES } from '../domain/stages.ts';
import type { RunReport } from '../report/report.ts';
import { resetToStage } from '../system/reset-run.ts';
import { withTemporal } from '../system/temporal.ts';
import type { RunProgress } from '../../workflows/messages.ts';
import { retryStageUpdate } from '../../workflows/messages.ts';
import { askRun, tellHeld } from './held-run.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import type { TemporalOptions } from './options.ts';
import { addTemporalOptions, outputOption, repeatable } from './options.ts';
import { refusedOption } from './refused-option.ts';
import { specChanges } from './spec-changes.ts';

interface RetryOptions extends TemporalOptions {
  from?: string;
  set: string[];
  output: OutputForm;
}

/** `sandtide retry RUN`: tries the held stage again; where the run has ended, begins it again with the stage that failed. */
export function retryCommand(): Command {
  return addTemporalOptions(new Command('retry'))
    .description('Try the held stage of a run again, or begin an ended run again with the stage that failed')
    .argument('<run>', 'name of the run')
    .addOption(
      new Option('--from <stage>', 'begin again with this stage, whatever the run does now').choices(
        STAGES.filter((stage) => stage !== 'teardown'),
      ),
    )
    .addOption(
      repeatable(
        '--set <place=value>',
        'change load, agentSandbox.controller or agentSandbox.warmPool for the held stage, as load.qps=5; repeatable',
      ),
    )
    .addOption(outputOption('text', 'json'))
    .action(async (runName: string, options: RetryOptions) => {
      const changes = specChanges(options.set);
      await withTemporal(options, async (client) => {
        const said = await retry(client, runName, options.from, changes);
        const text = `${said}; watch it with \`sandtide status --follow ${runName}\``;
        print(options.output, { runName, message: said }, text);
      });
    });
}

async function retry(
  client: Client,
  runName: string,
  from: string | undefined,
  changes: unknown,
): Promise<string> {
  const progress = await askRun(client, runName);
  const { hold } = progress;
  if (hold !== null && (from ?? hold.stage) === hold.stage) return retryHeld(client, runName, hold, changes);
  if (changes !== undefined) {
    const message = `only a held stage takes changes; ${hold === null ? `${runName} is not held` : `leave --from out`}`;
    throw refusedOption('--set', message);
  }
  const { status } = await client.workflow.getHandle(runName).describe();
  if (status.name === 'RUNNING' && from === undefined) throw underWay(runName, progress.phase);
  const start = startOf(runName, progress, from);
  const runId = await resetToStage(client, runName, start);
  return `${runName} begins again with ${start.stage} (execution ${runId})`;
}

function retryHeld(client: Client, runName: string, hold: HeldStage, changes: unknown): Promise<string> {
  const address = { stage: hold.stage, hold: hold.number };
  return tellHeld(
    client,
    runName,
    retryStageUpdate,
    changes === undefined ? address : { ...address, changes },
  );
}

/** The stage that was asked for; else the one that failed; else the last that was begun. */
export function startOf(
  runName: string,
  { starts, report }: Pick<RunProgress, 'starts' | 'report'>,
  from: string | undefined,
): StageStart {
  const failed = (report as RunReport | null)?.failure?.stage;
  const of = (stage: string | undefined) => starts.find((start) => start.stage === stage);
  const start = from === undefined ? (of(failed) ?? starts.at(-1)) : of(from);
  if (start !== undefined) return start;
  const begun = starts.map(({ stage }) => stage).join(', ');
  throw new ConflictError({
    object: `run ${runName}`,
    what: begun === '' ? 'it never began a stage' : `it never began ${from}; begun were ${begun}`,
    next: begun === '' ? 'start it anew with `sandtide run`' : 'name one of those with --from',
  });
}

function underWay(runName: string, phase: string): ConflictError {
  return new ConflictError({
    object: `run ${runName}`,
    what: `it is under way (${phase}), not held`,
    next: 'wait for it, or say with --from STAGE where it shall begin again',
  });
}
