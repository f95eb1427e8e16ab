import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.ts';
import { projectFiles, readProjectFile } from '../architecture/project-files.ts';
import { codeBlocks } from './markdown.ts';

/** Pages that tell people what to type. */
const pages = projectFiles().filter((path) => path.endsWith('.md') && !path.startsWith('test/'));

/** Every `sandtide ...` of a page: in a block of shell, or in a line as code. */
function commandsIn(page: string): string[] {
  const blocks = codeBlocks(page).filter(({ language }) => ['', 'sh', 'console'].includes(language));
  const lines = blocks.flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'));
  const inline = [...page.matchAll(/`(?:source <\()?(sandtide [^`\n)]+)\)?`/g)].map(
    ([, command = '']) => command,
  );
  return [...lines, ...inline].flatMap((line) => {
    const [, command] = /^(?:\$ )?(?:npx )?sandtide (.+?)(?:\s+#.*| [|>&].*)?$/.exec(line.trim()) ?? [];
    return command === undefined || command.endsWith('--help') ? [] : [command];
  });
}

/** Words as a shell would split these; quotes hold words together. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}

/** Reads the words with the very command that would act on them; what it would refuse, or null. */
function refusal(words: string[]): string | null {
  const program = createProgram().exitOverride();
  let command: Command = program;
  let rest = words;
  for (;;) {
    const next = command.commands.find((each) => each.name() === rest[0]);
    if (next === undefined) break;
    command = next;
    rest = rest.slice(1);
  }
  if (command === program) return `there is no command ${words[0] ?? ''}`;
  let refused: string | null = null;
  command.exitOverride().configureOutput({ writeErr: (text) => (refused = text.trim()) });
  // A placeholder stands for a value that is allowed; which one is the reader's.
  for (const option of command.options) if (option.argChoices) option.argParser((value) => value);
  try {
    const { operands, unknown } = command.parseOptions(
      rest.filter((word) => !/^(\[.*|.*\]|…|\.\.\.)$/.test(word)),
    );
    if (unknown.length > 0) return `unknown: ${unknown.join(' ')}`;
    const most = command.registeredArguments.some(({ variadic }) => variadic)
      ? Number.POSITIVE_INFINITY
      : command.registeredArguments.length;
    return operands.length > most ? `too many words: ${operands.join(' ')}` : refused;
  } catch (error) {
    return refused ?? (error as Error).message;
  }
}

describe('the commands in the docs', () => {
  for (const page of pages) {
    const commands = commandsIn(readProjectFile(page));
    if (commands.length === 0) continue;
    it(`of ${page} are commands that there are, with options that they take`, () => {
      const refused = commands.flatMap((command) => {
        const why = refusal(wordsOf(command));
        return why === null ? [] : [`sandtide ${command}: ${why}`];
      });
      assert.deepEqual(refused, []);
    });
  }

  it('would be found out if they were none', () => {
    assert.match(refusal(['runn', 'x.yaml']) ?? '', /no command runn/);
    assert.match(refusal(['run', 'x.yaml', '--nmae', 'y']) ?? '', /unknown: --nmae/);
    assert.match(refusal(['status', 'one', 'two']) ?? '', /too many words/);
  });

  it('show every command somewhere', () => {
    const shown = new Set(
      pages.flatMap((page) => commandsIn(readProjectFile(page))).map((text) => text.split(' ')[0]),
    );
    const all = createProgram().commands.map((command) => command.name());
    assert.deepEqual(
      all.filter((name) => !shown.has(name)),
      [],
    );
  });
});
