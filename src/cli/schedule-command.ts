import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import { columns } from '../report/columns.ts';
import { plainText } from '../report/plain-text.ts';
import type { ListedSchedule } from '../system/run-schedules.ts';
import { listSchedules, removeSchedule, scheduleRun } from '../system/run-schedules.ts';
import { SWEEP_SCHEDULE_ID } from '../system/sweep-schedule.ts';
import { withTemporal } from '../system/temporal.ts';
import { RUN_TASK_QUEUE, SANDBOX_RUN } from '../../workflows/messages.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import type { TemporalOptions } from './options.ts';
import { addTemporalOptions, outputOption, sameTemporal } from './options.ts';
import { refusedOption } from './refused-option.ts';
import { readSpec, setOption } from './spec-input.ts';
import { scheduleNameFor } from './start-run.ts';

interface ScheduleOptions extends TemporalOptions {
  cron?: string;
  set: string[];
  name?: string;
  timezone?: string;
  pauseOnFailure?: true;
  list?: true;
  remove?: string;
  output: OutputForm;
}

/** `sandtide schedule SPEC --cron LINE`: starts a run again and again. Also lists and removes what does. */
export function scheduleCommand(): Command {
  return addTemporalOptions(new Command('schedule'))
    .description('Start a run of SPEC again and again, by a cron line; list or remove such schedules')
    .argument('[spec]', 'file, for instance examples/smoke.yaml')
    .option('--cron <line>', "when: minute, hour, day, month, weekday; '0 2 * * *' is each night at two")
    .option('--timezone <name>', 'in which the cron line is meant, for instance Europe/Berlin (default: UTC)')
    .option(
      '--name <name>',
      'of the schedule; each run is called so, with its time behind (default: file name)',
    )
    .option('--pause-on-failure', 'start no more runs after one that failed, until somebody has looked')
    .option('--list', 'list the schedules that start runs')
    .option('--remove <name>', 'remove a schedule; a run that it has started goes on')
    .addOption(setOption())
    .addOption(outputOption('text', 'json'))
    .action(async (file: string | undefined, options: ScheduleOptions) => {
      const act = await actOf(file, options);
      await withTemporal(options, async (client) => {
        const { document, text } = await act(client);
        print(options.output, document, text);
      });
    });
}

type Act = (client: Client) => Promise<{ document: unknown; text: string }>;

/** What is wanted, checked as far as it can be without Temporal. */
async function actOf(file: string | undefined, options: ScheduleOptions): Promise<Act> {
  const wanted = [file === undefined ? null : 'SPEC', options.list && '--list', options.remove && '--remove'];
  if (wanted.filter(Boolean).length !== 1)
    throw refusedOption('schedule', 'give one of SPEC, --list and --remove NAME');
  const { remove } = options;
  if (remove !== undefined) return (client) => removed(client, remove);
  if (file === undefined) return (client) => listed(client, options);
  const { cron } = options;
  if (cron === undefined) throw refusedOption('--cron', "say when, for instance --cron '0 2 * * *'");
  const name = scheduleNameFor(file, options.name);
  if (name === SWEEP_SCHEDULE_ID)
    throw refusedOption('--name', 'that is the schedule of the sweep; choose another');
  const { input } = await readSpec(file, options.set); // refused here, with line and column, and not each night
  return (client) => scheduled(client, { ...options, name, cron, spec: input });
}

async function scheduled(
  client: Client,
  { name, cron, spec, ...options }: ScheduleOptions & { name: string; cron: string; spec: unknown },
) {
  const { timezone = null, pauseOnFailure = false } = options;
  const outcome = await scheduleRun(
    client,
    { name, cron, timezone, spec, pauseOnFailure },
    { workflowType: SANDBOX_RUN, taskQueue: RUN_TASK_QUEUE },
  );
  const same = sameTemporal(options);
  switch (outcome.kind) {
    case 'exists':
      throw refusedOption(
        '--name',
        `a schedule called ${name} exists; remove it first with \`sandtide schedule --remove ${name}${same}\` or choose another`,
      );
    case 'refused':
      throw refusedOption('--cron', `Temporal refuses it: ${outcome.message}`);
    case 'created': {
      const { next } = outcome;
      return {
        document: { name, cron, timezone: timezone ?? 'UTC', next },
        text:
          `scheduled ${name}: each run is called ${name} and its time, and is left out where the one before is still open\n` +
          `list with \`sandtide schedule --list${same}\`, start one now with \`temporal schedule trigger --schedule-id ${name}\``,
      };
    }
  }
}

async function removed(client: Client, name: string) {
  if (!(await removeSchedule(client, name, SANDBOX_RUN)))
    throw refusedOption(
      '--remove',
      `no schedule called ${name} starts runs; \`sandtide schedule --list\` shows those that do`,
    );
  return { document: { removed: name }, text: `removed schedule ${name}; a run that it has started goes on` };
}

async function listed(client: Client, options: ScheduleOptions) {
  const schedules = await listSchedules(client, SANDBOX_RUN);
  const none = `no schedule starts runs; make one with \`sandtide schedule SPEC --cron LINE${sameTemporal(options)}\``;
  return { document: schedules, text: schedules.length === 0 ? none : tableOf(schedules) };
}

function tableOf(schedules: readonly ListedSchedule[]): string {
  return columns({
    head: ['SCHEDULE', 'CRON', 'TIME ZONE', 'NEXT (UTC)', 'LAST RUN'],
    align: ['left', 'left', 'left', 'left', 'left'],
    rows: schedules.map(({ name, cron, timezone, paused, note, next, lastRun }) =>
      [
        name,
        cron ?? '(not by cron)',
        timezone,
        paused ? `paused${note === null ? '' : `: ${note}`}` : (next ?? '').slice(0, 16).replace('T', ' '),
        lastRun ?? '',
      ].map(plainText),
    ),
  }).join('\n');
}
