#!/usr/bin/env node
import { endWithError } from './cli/end-with-error.ts';
import { createProgram } from './cli/program.ts';

// A reader that went away (`sandtide report | head`) is no error of ours; whatever runs goes on without it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await createProgram().parseAsync();
} catch (error) {
  endWithError(error);
}
