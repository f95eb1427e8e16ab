import { createInterface } from 'node:readline/promises';
import { Interrupts } from './interrupts.ts';
import type { SweepCommandDeps } from './sweep-command.ts';
import { openSweepWorld } from './sweep-world.ts';
import type { TeardownCommandDeps } from './teardown-command.ts';

/** What sweep and teardown have of this process: its streams, its Ctrl-C, and the real world. */
export function thisTerminal(): SweepCommandDeps & TeardownCommandDeps {
  return {
    open: openSweepWorld,
    env: process.env,
    confirm: process.stdin.isTTY && process.stderr.isTTY ? ask : null,
    out: process.stdout,
    err: process.stderr,
    // Read when the command acts: until then a Ctrl-C ends the process as always.
    get signal() {
      return new Interrupts().abortOnFirst('interrupted; run it again to go on').signal;
    },
    exitWith(code) {
      process.exitCode = code;
    },
  };
}

/** Anything but a yes is a no; so is Ctrl-C or Ctrl-D at the question. */
async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await Promise.race([
      terminal.question(question),
      new Promise<string>((resolve) => terminal.once('close', () => resolve(''))),
    ]);
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}
