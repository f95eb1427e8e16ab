import { Command } from 'commander';
import { EXIT_CODES } from '../domain/outcomes.ts';
import { TemporalUnreachableError } from '../domain/errors.ts';
import type { Finding } from '../doctor/finding.ts';
import { lookAtMachine } from '../doctor/look-at-machine.ts';
import { lookAtPorts } from '../doctor/ports.ts';
import { lookAtPrograms } from '../doctor/programs.ts';
import { lookAtTemporal } from '../doctor/look-at-temporal.ts';
import { judgeTemporal, judgeUnreachable } from '../doctor/temporal.ts';
import { painter } from '../report/paint.ts';
import type { Work } from '../domain/work.ts';
import { isTemporalNamed, resolveTemporal, withTemporal } from '../system/temporal.ts';
import { createToolchain } from '../toolchain/create-toolchain.ts';
import { CLEANUP_TASK_QUEUE, RUN_TASK_QUEUE } from '../../workflows/messages.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import { wantsColour } from './colour.ts';
import { doctorText } from './doctor-print.ts';
import { lookAtCluster, lookAtSpec } from './doctor-spec.ts';
import { Interrupts } from './interrupts.ts';
import type { TemporalOptions } from './options.ts';
import { addTemporalOptions, outputOption } from './options.ts';
import { inOneLine } from './tool-progress.ts';

interface DoctorOptions extends TemporalOptions {
  spec?: string;
  output: OutputForm;
}

/** `sandtide doctor`: whether this machine and its Temporal have what runs need. Exit code 2 where something lacks. */
export function doctorCommand(): Command {
  return addTemporalOptions(new Command('doctor'))
    .description('Look whether this machine, and Temporal, have what runs need')
    .option(
      '--spec <file>',
      'look too whether a run of that spec could begin: its cluster, rights, credentials',
    )
    .addOption(outputOption('text', 'json'))
    .action(async (options: DoctorOptions) => {
      const interrupts = new Interrupts();
      const { signal } = interrupts.abortOnFirst();
      try {
        const findings = await inOneLine(signal, (work) => examine(options, work));
        print(options.output, findings, doctorText(findings, sheet()));
        if (findings.some(({ status }) => status === 'problem')) process.exitCode = EXIT_CODES.failed;
      } finally {
        interrupts.dispose();
      }
    });
}

async function examine(options: DoctorOptions, work: Work): Promise<Finding[]> {
  work.progress('looking at this machine');
  const seen = options.spec === undefined ? null : await lookAtSpec(options.spec);
  const machine = lookAtMachine(process.env, seen?.spec?.report.folder ?? 'runs');
  work.progress('looking for the programs of the local control plane');
  const programs = await programsHere(work);
  work.progress('asking Temporal');
  const temporal = await temporalThere(options);
  const answers = temporal[0]?.status === 'ok';
  const found = [...machine, programs, await lookAtPorts(answers), ...temporal];
  if (seen === null) return found;
  work.progress('looking at the cluster of the spec');
  return [...found, seen.finding, ...(await lookAtCluster(seen, programs, work))];
}

async function programsHere(work: Work): Promise<Finding> {
  try {
    const findGo = async () => {
      const { requireGo } = await import('../toolchain/go-command.ts');
      return requireGo(process.env, [], work.signal);
    };
    return await lookAtPrograms((asked) => createToolchain().inventory(asked), findGo, work);
  } catch (error) {
    work.signal.throwIfAborted();
    const says = error instanceof Error ? error.message : String(error);
    return { check: 'programs', status: 'problem', says, next: null };
  }
}

async function temporalThere(options: DoctorOptions): Promise<Finding[]> {
  try {
    return await withTemporal(options, async (client, { address, namespace }) => {
      const facts = await lookAtTemporal(client, namespace, [RUN_TASK_QUEUE, CLEANUP_TASK_QUEUE]);
      return judgeTemporal(address, facts);
    });
  } catch (error) {
    if (!(error instanceof TemporalUnreachableError)) throw error;
    return judgeUnreachable(resolveTemporal(options).address, isTemporalNamed(options), error.message);
  }
}

function sheet() {
  return { paint: painter(wantsColour(process.stdout)), width: process.stdout.columns ?? 80 };
}
