import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { CompareVerdict } from '../compare/comparison.ts';
import { UnworkableError } from '../domain/errors.ts';
import { EXIT_CODES } from '../domain/outcomes.ts';
import { painter } from '../report/paint.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import { wantsColour } from './colour.ts';
import { outputOption } from './options.ts';

interface CompareOptions {
  a?: string[];
  b?: string[];
  folder: string;
  html?: string;
  anyway: boolean;
  output: OutputForm;
}

/** A wider table than a report's: ten columns. */
const LEAST_WIDTH = 60;

/** `sandtide compare A B`: is B another thing than A, and is it a better one? */
export function compareCommand(): Command {
  return new Command('compare')
    .description('Compare the figures of ended runs: exit code 0 where B is no worse than A, 4 where it is')
    .argument('[a]', 'run, its folder, or its report.json: what is held against')
    .argument('[b]', 'likewise: what is judged')
    .option('--a <run...>', 'several runs of setting A')
    .option('--b <run...>', 'several runs of setting B')
    .option('--folder <path>', 'where the worker writes reports', 'runs')
    .option('--html <file>', 'write the comparison as one HTML file too')
    .option('--anyway', 'compare although the loads differ or figures are invalid', false)
    .addOption(outputOption('text', 'json'))
    .action(async (a: string | undefined, b: string | undefined, options: CompareOptions) => {
      const sides = sidesOf(a, b, options);
      // Statistics are for this command alone: every other one would start later for them.
      const [{ compareRuns }, { readRun }, { renderComparisonHtml }, { renderComparison }] =
        await Promise.all([
          import('../compare/compare-runs.ts'),
          import('../compare/read-run.ts'),
          import('../compare/render-html.ts'),
          import('../compare/render-text.ts'),
        ]);
      const read = (names: string[]) => Promise.all(names.map((name) => readRun(name, options.folder)));
      const comparison = compareRuns(await read(sides.a), await read(sides.b), { anyway: options.anyway });
      if (options.html !== undefined) await write(options.html, renderComparisonHtml(comparison));
      const width = Math.max(LEAST_WIDTH, process.stdout.columns ?? 80);
      const sheet = { paint: painter(wantsColour(process.stdout)), width };
      print(options.output, comparison, renderComparison(comparison, sheet));
      process.exitCode = exitCode(comparison.verdict);
    });
}

/** Two names, or two lists, and not both. */
function sidesOf(
  a: string | undefined,
  b: string | undefined,
  options: CompareOptions,
): { a: string[]; b: string[] } {
  const named = a !== undefined && b !== undefined && options.a === undefined && options.b === undefined;
  if (named) return { a: [a], b: [b] };
  if (a === undefined && b === undefined && options.a !== undefined && options.b !== undefined) {
    return { a: options.a, b: options.b };
  }
  throw new UnworkableError({
    object: 'compare',
    what: 'it takes two sides',
    next: 'name two runs, or give --a RUN... and --b RUN...',
  });
}

/** Worse, or partly so, is what a pipeline has to stop for. */
function exitCode(verdict: CompareVerdict): number {
  switch (verdict) {
    case 'worse':
    case 'mixed':
      return EXIT_CODES['thresholds-missed'];
    case 'better':
    case 'no difference':
      return EXIT_CODES.passed;
  }
}

async function write(path: string, html: string): Promise<void> {
  try {
    await writeFile(path, html);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new UnworkableError({ object: path, what, next: 'give a file that can be written', cause: error });
  }
}
