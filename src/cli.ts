#!/usr/bin/env node
import { Command } from 'commander';
import { cancelCommand } from './cli/cancel-command.ts';
import { devCommand } from './cli/dev-command.ts';
import { endWithError } from './cli/end-with-error.ts';
import { reportCommand } from './cli/report-command.ts';
import { runCommand } from './cli/run-command.ts';
import { statusCommand } from './cli/status-command.ts';
import { sweepDead } from './cli/sweep-dead.ts';
import { toolsCommand } from './cli/tools-command.ts';
import { workerCommand } from './cli/worker-command.ts';
import { EXIT_BAD_INPUT } from './domain/outcomes.ts';
import { versions } from './system/versions.ts';

const program = new Command('sandtide')
  .description('Benchmarks and soaks of agent-sandbox on Kubernetes, as durable Temporal workflows')
  .version(versions()['sandtide'] ?? 'unknown')
  .showHelpAfterError('(add --help for what is allowed)')
  .showSuggestionAfterError()
  .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : EXIT_BAD_INPUT))
  // Whatever the user came for: what dead owners left on this machine goes first.
  .hook('preAction', () => sweepDead((line) => process.stderr.write(`${line}\n`)));

for (const command of [
  runCommand(),
  workerCommand(),
  devCommand(),
  statusCommand(),
  cancelCommand(),
  reportCommand(),
  toolsCommand(),
]) {
  program.addCommand(command.copyInheritedSettings(program));
}

try {
  await program.parseAsync();
} catch (error) {
  endWithError(error);
}
