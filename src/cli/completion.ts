import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** What an argument of this name may be. Looked up in folders alone: a key press may not wait for a network. */
const SUGGESTIONS: Record<string, () => string[]> = { run: runsHere, spec: specsHere };

/**
 * Adds `sandtide complete SHELL`, which prints the script that makes a shell complete our commands, options, names of
 * runs and spec files. The script asks `sandtide complete -- WORDS` while one types.
 */
export function addCompletion(program: Command): void {
  const completions = tab(program);
  for (const command of program.commands) {
    for (const argument of command.registeredArguments) {
      const suggest = SUGGESTIONS[argument.name()];
      if (suggest === undefined) continue;
      completions.commands.get(command.name())?.argument(argument.name(), (complete) => {
        for (const value of suggest()) complete(value, '');
      });
    }
  }
}

/** Names of the runs that have a folder below the usual place, `runs/`. With `~` in it the folder is not called as its run. */
function runsHere(): string[] {
  return entriesOf('runs').flatMap((entry) =>
    entry.isDirectory() && !entry.name.includes('~') ? [entry.name] : [],
  );
}

/** Files that may be specs, here and in `examples/`. */
function specsHere(): string[] {
  return ['', 'examples'].flatMap((folder) =>
    entriesOf(folder)
      .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
      .map((entry) => join(folder, entry.name)),
  );
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
