import { writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { ConflictError } from '../domain/errors.ts';
import { commentedSpec } from '../spec/commented-spec.ts';
import { PROVIDER_TYPES } from '../spec/schema.ts';
import { refusedOption } from './refused-option.ts';

interface InitOptions {
  provider: string;
  force?: boolean;
}

/** `sandtide init [FILE]`: writes a spec to begin with, every setting in it with its default and what it means. */
export function initCommand(): Command {
  return new Command('init')
    .description('Write a spec to begin with: every setting, its default and what it means')
    .argument('[file]', 'where to; an existing file is left alone', 'sandtide.yaml')
    .addOption(
      new Option('--provider <type>', 'where the cluster comes from')
        .choices([...PROVIDER_TYPES])
        .default(PROVIDER_TYPES[0]),
    )
    .option('--force', 'even over an existing file')
    .action(async (file: string, { provider, force }: InitOptions) => {
      await writeSpec(file, commentedSpec(provider, schemaFor(file)), force === true);
      process.stdout.write(`wrote ${file}; \`sandtide plan ${file}\` shows what it would do\n`);
    });
}

export async function writeSpec(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new ConflictError({
        object: file,
        what: 'the file exists, and was left as it is',
        next: 'name another one, or say --force',
      });
    }
    throw refusedOption('<file>', message);
  }
}

/** Where an editor finds the JSON Schema, seen from the spec: it comes with the package. */
export function schemaFor(file: string): string | null {
  const packageFile = findPackageJSON('..', import.meta.url); // the package that this file is in
  if (packageFile === undefined) return null;
  const from = relative(dirname(resolve(file)), join(dirname(packageFile), 'spec.schema.json'));
  return from.startsWith('.') ? from : `./${from}`;
}
