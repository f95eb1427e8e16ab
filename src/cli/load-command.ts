import { hostname, userInfo } from 'node:os';
import type { UpdateDefinition } from '@temporalio/common';
import { Command, Option } from 'commander';
import { updateCommand } from '../domain/operator-commands.ts';
import { withTemporal } from '../system/temporal.ts';
import type { OperatorAnswer } from '../../workflows/messages.ts';
import {
  extendLoadUpdate,
  pauseLoadUpdate,
  resumeLoadUpdate,
  setRateUpdate,
} from '../../workflows/messages.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import { tellHeld } from './held-run.ts';
import type { TemporalOptions } from './options.ts';
import { addTemporalOptions, outputOption } from './options.ts';
import { checkDuration, refusedOption, refusedValue } from './refused-option.ts';

interface LoadOptions extends TemporalOptions {
  rate?: string;
  pause?: true;
  resume?: true;
  extend?: string;
  output: OutputForm;
}

/** `sandtide load RUN --rate 5 | --pause | --resume | --extend 30m`: changes a load under way. */
export function loadCommand(): Command {
  const ways = ['rate', 'pause', 'resume', 'extend'];
  const one = (flags: string, text: string, name: string) =>
    new Option(flags, text).conflicts(ways.filter((way) => way !== name));
  return addTemporalOptions(new Command('load'))
    .description('Change the load of a run that sends claims')
    .argument('<run>', 'name of the run')
    .addOption(one('--rate <claims>', 'send so many claims a second from now on', 'rate'))
    .addOption(one('--pause', 'send none until it is resumed', 'pause'))
    .addOption(one('--resume', 'go on, for as long as was left', 'resume'))
    .addOption(one('--extend <duration>', 'go on for longer, as 30m or 2h', 'extend'))
    .addOption(outputOption('text', 'json'))
    .action(async (runName: string, options: LoadOptions) => {
      const { update, input } = wanted(options);
      await withTemporal(options, async (client, temporal) => {
        const who = `${userInfo().username}@${hostname()}`;
        const message = await tellHeld(client, runName, update, { ...input, who });
        const named = { namespace: temporal.namespace, workflowId: runName };
        const there = options.address === undefined ? '' : ` --address ${options.address}`;
        const same = `with the Temporal CLI: ${updateCommand(named, update.name, input)}${there}`;
        print(options.output, { runName, message }, `${runName}: ${message}\n${same}`);
      });
    });
}

/** Whatever it is that an Update is given, its answer is a sentence. */
type AnyUpdate = UpdateDefinition<OperatorAnswer, [Record<string, unknown>]>;

function wanted({ rate, pause, resume, extend }: LoadOptions): {
  update: AnyUpdate;
  input: Record<string, unknown>;
} {
  if (rate !== undefined) {
    const qps = Number(rate);
    if (!(qps > 0)) throw refusedValue('--rate', rate, 'claims a second, such as 5 or 0.5');
    return { update: setRateUpdate as unknown as AnyUpdate, input: { qps } };
  }
  if (pause === true) return { update: pauseLoadUpdate as unknown as AnyUpdate, input: {} };
  if (resume === true) return { update: resumeLoadUpdate as unknown as AnyUpdate, input: {} };
  if (extend !== undefined) {
    checkDuration('--extend', extend);
    return { update: extendLoadUpdate as unknown as AnyUpdate, input: { by: extend } };
  }
  throw refusedOption('', 'say what to change: --rate, --pause, --resume or --extend');
}
