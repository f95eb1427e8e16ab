import type { Work } from '../domain/work.ts';
import type { FoundProgram } from './programs.ts';
import type { MissingProgram } from './look-up.ts';

/** What is here and what is missing, without getting anything. */
export interface ToolInventory {
  /** All programs, in the order of `PROGRAMS`. */
  inventory(work: Work): Promise<(FoundProgram | (MissingProgram & { origin: 'missing' }))[]>;
}
