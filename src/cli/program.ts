import { Command } from 'commander';
import { EXIT_BAD_INPUT } from '../domain/outcomes.ts';
import { versions } from '../system/versions.ts';
import { createToolchain } from '../toolchain/create-toolchain.ts';
import { cancelCommand } from './cancel-command.ts';
import { compareCommand } from './compare-command.ts';
import { addCompletion } from './completion.ts';
import { devCommand } from './dev-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { extendCommand } from './extend-command.ts';
import { importPkbCommand } from './import-pkb-command.ts';
import { initCommand } from './init-command.ts';
import { listCommand } from './list-command.ts';
import { loadCommand } from './load-command.ts';
import { planCommand } from './plan-command.ts';
import { reportCommand } from './report-command.ts';
import { retryCommand } from './retry-command.ts';
import { runCommand } from './run-command.ts';
import { scheduleCommand } from './schedule-command.ts';
import { skipCommand } from './skip-command.ts';
import { startCommand } from './start-command.ts';
import { statusCommand } from './status-command.ts';
import { sweepCommand } from './sweep-command.ts';
import { sweepDead } from './sweep-dead.ts';
import { teardownCommand } from './teardown-command.ts';
import { thisTerminal } from './this-terminal.ts';
import { Interrupts } from './interrupts.ts';
import { toolsCommand } from './tools-command.ts';
import { workerCommand } from './worker-command.ts';

/** Where that is what the user came for, nothing goes unasked; and a key press is no command. */
const UNASKED = ['sweep', 'teardown', 'complete'];

/** Every command, as the help groups them. */
const GROUPS: [heading: string, commands: (() => Command)[]][] = [
  ['Begin:', [initCommand, importPkbCommand, planCommand, doctorCommand, toolsOfThisMachine]],
  ['Runs:', [runCommand, startCommand, scheduleCommand, listCommand, statusCommand, cancelCommand]],
  ['A stage that failed:', [retryCommand, skipCommand, extendCommand]],
  ['A load under way:', [loadCommand]],
  ['Results:', [reportCommand, compareCommand]],
  [
    'Workers and cleanup:',
    [workerCommand, devCommand, () => sweepCommand(thisTerminal()), () => teardownCommand(thisTerminal())],
  ],
];

/** The command line, which acts when it is told to parse. */
export function createProgram(): Command {
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
  for (const [heading, commands] of GROUPS) {
    for (const make of commands) program.addCommand(make().copyInheritedSettings(program).helpGroup(heading));
  }
  addCompletion(program);
  return program;
}

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
