import type { Outcome } from '../../src/domain/outcomes.ts';
import type { Planted } from '../support/planted-workflows.ts';
import type { Cell } from './cell.ts';
import type { Place } from './places.ts';
import { PLACES } from './places.ts';
import type { WorkerInput } from './worker-input.ts';

/** How a run can end; the last two by force, which runs no workflow code. */
export type CellOutcome = Outcome | 'terminated' | 'timed-out';

/** What is right in a place: outcomes, or a sentence that says why there is no such cell. */
export type Expected = Readonly<Record<Place, readonly CellOutcome[] | string>>;

/** What a cell begins with, besides what every cell has. */
export interface SetUp {
  /** Laid over the cell's spec, section by section. */
  spec?: Record<string, object>;
  input?: Partial<WorkerInput>;
  /** Network faults, as in a faults file. */
  faults?: object;
  planted?: Planted[];
  executionTimeout?: `${number}s`;
  /** A program in front of the worker's own command, with its arguments. */
  workerThrough?: string[];
  /** Before the worker is started; the server runs. */
  before?: (cell: Cell) => Promise<void>;
}

/** One fault: a row of the matrix. */
export interface Row {
  name: string;
  expected: Expected;
  /** The run meets it by itself on its way: nobody waits for the place. */
  byItself?: true;
  /** Places in which the run has no say any more, and so leaves no report though it was not ended by force. */
  withoutReport?: readonly Place[];
  setUp?: (place: Place, seed: number) => SetUp;
  /** Called when the run is in that place, and stands still where the place has a gate. Leaves a worker and a server. */
  inject: (cell: Cell) => Promise<void>;
  /** Whether the row's own claims hold at the end, as sentences about what does not. */
  check?: (cell: Cell) => Promise<string[]>;
}

/** The same in every place but those that are named. */
export function everywhere(right: readonly CellOutcome[] | string, but: Partial<Expected> = {}): Expected {
  return Object.fromEntries(PLACES.map((place) => [place, but[place] ?? right])) as unknown as Expected;
}
