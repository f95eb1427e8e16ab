import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { durationMs } from '../domain/durations.ts';
import { InvalidSpecError } from '../domain/errors.ts';
import { fieldProblems } from '../spec/field-problems.ts';
import type { DocumentKind, FoundProblem } from '../spec/field-problems.ts';
import { pathText, printable } from '../spec/quote.ts';
import { readSpecFile } from '../spec/read-file.ts';
import { jsonSchemaOf } from '../spec/schema-node.ts';
import { isWatchFault } from './rule-words.ts';
import { faultPlanSchema } from './schema.ts';
import type { FaultPlan } from './schema.ts';

/** A faults file that can be used. */
export interface FaultsFile {
  plan: FaultPlan;
  /** SHA-256 of the file in hex: reports say by it that, and which, faults were on. */
  sha256: string;
}

const FAULTS: DocumentKind = { schema: jsonSchemaOf(faultPlanSchema), name: 'faults file', needed: 'rules' };

/** Reads YAML or JSON. Throws InvalidSpecError with every problem at once, each with its line and column. */
export async function readFaultsFile(path: string): Promise<FaultsFile> {
  const read = await readSpecFile(path).catch((error: unknown) => {
    throw error instanceof InvalidSpecError
      ? new InvalidSpecError(error.problems, printable(path), 'faults file')
      : error;
  });
  const parsed = faultPlanSchema.safeParse(read.input);
  const problems = parsed.success
    ? contradictions(parsed.data)
    : fieldProblems(parsed.error.issues, read.input, FAULTS);
  if (!parsed.success || problems.length > 0) {
    const placed = problems.map(({ path, message }) => ({
      path: pathText(path),
      message,
      ...read.locate(path),
    }));
    throw new InvalidSpecError(placed, read.source, 'faults file');
  }
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return { plan: parsed.data, sha256 };
}

/** Rules that could never take a call: whoever wrote one meant something else. */
function contradictions({ rules }: FaultPlan): FoundProblem[] {
  return rules.flatMap(({ when, fault }, index) => {
    const found: FoundProblem[] = [];
    const at = (key: string) => ['rules', index, 'when', key];
    if (isWatchFault(fault) && when.verb !== undefined && when.verb !== 'watch') {
      found.push({
        path: at('verb'),
        message: `found "${when.verb}", but ${fault.type} happens to watches alone; leave verb out or write watch`,
      });
    }
    if (when.until !== undefined && durationMs(when.until) <= durationMs(when.after)) {
      found.push({ path: at('until'), message: `${when.until} is not later than after (${when.after})` });
    }
    return found;
  });
}
