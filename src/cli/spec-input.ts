import type { Option } from 'commander';
import type { SpecProblem } from '../domain/errors.ts';
import { InvalidSpecError } from '../domain/errors.ts';
import { overlaid } from '../spec/overlay.ts';
import { readSpecFile } from '../spec/read-file.ts';
import { resolveSpec } from '../spec/resolve.ts';
import { valueAt } from '../spec/schema-node.ts';
import type { RunSpec } from '../spec/schema.ts';
import { repeatable } from './options.ts';
import { specChanges } from './spec-changes.ts';

/** The document to start a run with, and what it comes to. */
export interface SpecInput {
  input: unknown;
  spec: RunSpec;
}

/** `--set load.qps=5`, as often as one likes. */
export function setOption(): Option {
  return repeatable('--set <place=value>', 'set a value of the spec, as load.qps=5; repeatable');
}

/**
 * Reads a spec and sets what the command line says, before anything is started. Throws InvalidSpecError with every
 * problem at once: those of the file with line and column, those that were set here as such.
 */
export async function readSpec(file: string, settings: readonly string[] = []): Promise<SpecInput> {
  const read = await readSpecFile(file);
  const changes = specChanges(settings);
  if (changes === undefined) return { input: read.input, spec: resolveSpec(read.input, read) };
  const input = overlaid(read.input, changes);
  try {
    return { input, spec: resolveSpec(input, read) };
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error;
    const places = settings.map((setting) => setting.slice(0, setting.indexOf('=')));
    const problems = error.problems.map((problem) => told(problem, places, read.input));
    throw new InvalidSpecError(problems, read.source);
  }
}

/** What was set on the command line has no line in the file, and neither has what it is in, where the file lacks that. */
function told(
  { path, message, ...at }: SpecProblem,
  places: readonly string[],
  inFile: unknown,
): SpecProblem {
  const isSet = places.some(
    (place) =>
      path === place ||
      path.startsWith(`${place}.`) ||
      (place.startsWith(`${path}.`) && valueAt(path.split('.'), inFile) === undefined),
  );
  return isSet ? { path, message: `${message} (from --set)` } : { path, message, ...at };
}
