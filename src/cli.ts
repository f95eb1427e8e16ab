#!/usr/bin/env node
import { Command } from 'commander';
import { cancelCommand } from './cli/cancel-command.ts';
import { compareCommand } from './cli/compare-command.ts';
import { addCompletion } from './cli/completion.ts';
import { devCommand } from './cli/dev-command.ts';
import { doctorCommand } from './cli/doctor-command.ts';
import { endWithError } from './cli/end-with-error.ts';
import { extendCommand } from './cli/extend-command.ts';
import { initCommand } from './cli/init-command.ts';
import { listCommand } from './cli/list-command.ts';
import { planCommand } from './cli/plan-command.ts';
import { reportCommand } from './cli/report-command.ts';
import { retryCommand } from './cli/retry-command.ts';
import { runCommand } from './cli/run-command.ts';
import { scheduleCommand } from './cli/schedule-command.ts';
import { skipCommand } from './cli/skip-command.ts';
import { startCommand } from './cli/start-command.ts';
import { statusCommand } from './cli/status-command.ts';
import { sweepCommand } from './cli/sweep-command.ts';
import { sweepDead } from './cli/sweep-dead.ts';
import { teardownCommand } from './cli/teardown-command.ts';
import { thisTerminal } from './cli/this-terminal.ts';
import { Interrupts } from './cli/interrupts.ts';
import { toolsCommand } from './cli/tools-command.ts';
import { workerCommand } from './cli/worker-command.ts';
import { EXIT_BAD_INPUT } from './domain/outcomes.ts';
import { versions } from './system/versions.ts';
import { createToolchain } from './toolchain/create-toolchain.ts';

// A reader that went away (`sandtide report | head`) is no error of ours; whatever runs goes on without it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/** Where that is what the user came for, nothing goes unasked; and a key press is no command. */
const UNASKED = ['sweep', 'teardown', 'complete'];

const program = new Command('sandtide')
  .description('Benchmarks and soaks of agent-sandbox on Kubernetes, as durable Temporal workflows')
  .version(versions()['sandtide'] ?? 'unknown')
  .showHelpAfterError('(add --help for what is allowed)')
  .showSuggestionAfterError()
  .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : EXIT_BAD_INPUT))
  // Whatever the user came for: what dead owners left on this machine goes first.
  .hook('preAction', async (_, action) => {
    // A probe asks every few seconds, beside a worker that measures.
    const isProbe = action.opts()['health'] === true;
    if (!UNASKED.includes(action.name()) && !isProbe) await sweepDeadFirst();
  });

const commands = [
  runCommand,
  startCommand,
  initCommand,
  planCommand,
  listCommand,
  statusCommand,
  cancelCommand,
  retryCommand,
  skipCommand,
  extendCommand,
  reportCommand,
  compareCommand,
  scheduleCommand,
  workerCommand,
  devCommand,
  doctorCommand,
  () => sweepCommand(thisTerminal()),
  () => teardownCommand(thisTerminal()),
  toolsOfThisMachine,
];
for (const make of commands) program.addCommand(make().copyInheritedSettings(program));
addCompletion(program);

/** What can't be removed now is no reason not to do what the user came for. */
async function sweepDeadFirst(): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  try {
    await sweepDead(say);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`could not clean up after dead sessions (${reason}); \`sandtide sweep\` shows what is there`);
  }
}

/** Read when the command acts: a bad variable, or a Ctrl-C, is that command's own business. */
function toolsOfThisMachine(): Command {
  return toolsCommand({
    out: process.stdout,
    err: process.stderr,
    get toolchain() {
      return createToolchain();
    },
    get signal() {
      return new Interrupts().abortOnFirst().signal;
    },
  });
}

try {
  await program.parseAsync();
} catch (error) {
  endWithError(error);
}
