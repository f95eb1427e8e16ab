import { parseArgs } from 'node:util';
import { Bundles } from '../test/matrix/bundles.ts';
import { PLACES } from '../test/matrix/places.ts';
import type { Place } from '../test/matrix/places.ts';
import { readResults, record, RESULTS_FILE, underTest } from '../test/matrix/results.ts';
import type { RecordedResult } from '../test/matrix/results.ts';
import type { Row } from '../test/matrix/row.ts';
import { ROWS } from '../test/matrix/rows.ts';
import { runCell } from '../test/matrix/run-cell.ts';

/**
 * `npm run test:faults`: the whole matrix of faults and places, or a part of it. Each result is written as soon as it
 * is there. Exit code 1 where a cell failed.
 *
 *   --cell 'ROW/PLACE'   that cell alone; several are allowed, and so are several rows
 *   --row ROW            all places of that row
 *   --resume             leaves out what has a result already, of this commit and this suite
 *   --missing            leaves out what has passed at any commit
 *   --lanes N            so many cells at once; 1 unless set
 *   --seed N             chooses moments within a place; printed
 */
const { values } = parseArgs({
  options: {
    cell: { type: 'string', multiple: true, default: [] },
    row: { type: 'string', multiple: true, default: [] },
    resume: { type: 'boolean', default: false },
    missing: { type: 'boolean', default: false },
    lanes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
  },
});
interface Chosen {
  row: Row;
  place: Place;
  name: string;
}

const tried = underTest();
const seed = Number(values.seed);
const before = readResults();
const chosen = choose();
const bundles = new Bundles();
const done: RecordedResult[] = [];
console.log(`${chosen.length} cells, seed ${seed}, commit ${tried.commit}, suite ${tried.suite}`);
const queue = [...chosen];
// A cell that is under way has servers and clusters to end: it is played to its end, and no other is begun.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => void queue.splice(0));
await Promise.all(Array.from({ length: Number(values.lanes) }, () => lane()));
bundles.remove();
const count = (result: string) => done.filter((one) => one.result === result).length;
console.log(
  `${count('passed')} passed, ${count('failed')} failed, ${count('impossible')} impossible; ${RESULTS_FILE}`,
);
process.exitCode = count('failed') > 0 ? 1 : 0;

async function lane(): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const result = {
      ...(await runCell(next.row, next.place, seed, bundles)),
      ...tried,
      at: new Date().toISOString(),
    };
    record(result);
    done.push(result);
    console.log(lineOf(next.name, result));
    for (const problem of result.problems) console.log(`    ${problem}`);
    if (result.result === 'failed')
      console.log(`    npm run test:faults -- --seed ${seed} --cell '${next.name}'`);
  }
}

function choose(): Chosen[] {
  const cells = ROWS.flatMap((row) => PLACES.map((place) => ({ row, place, name: `${row.name}/${place}` })));
  const known = new Set([...cells.map(({ name }) => name), ...ROWS.map(({ name }) => name)]);
  for (const name of [...values.cell, ...values.row]) {
    if (!known.has(name))
      throw new Error(`there is no ${name}; rows: ${ROWS.map((row) => row.name).join('; ')}`);
  }
  const all = values.cell.length + values.row.length === 0;
  return inTurns(cells)
    .filter(({ row, name }) => all || values.cell.includes(name) || values.row.includes(row.name))
    .filter(({ name }) => !isDone(before.get(name)));
}

/** Every row once, then every row in its next place, and so on: a run that is cut off has seen every fault. */
function inTurns(cells: Chosen[]): Chosen[] {
  const turn = ({ row, place }: Chosen) => (PLACES.indexOf(place) - ROWS.indexOf(row) - seed) % PLACES.length;
  const turnOf = (cell: Chosen) => (turn(cell) + PLACES.length) % PLACES.length;
  return cells.sort((one, other) => turnOf(one) - turnOf(other));
}

function isDone(result: RecordedResult | undefined): boolean {
  if (result === undefined) return false;
  if (values.resume && result.commit === tried.commit && result.suite === tried.suite) return true;
  return values.missing && result.result === 'passed';
}

function lineOf(
  name: string,
  { result, outcome, secondsUntilNothingLeft, seconds, reason }: RecordedResult,
): string {
  if (result === 'impossible') return `-  ${name}: ${reason}`;
  const end = outcome === null ? '' : ` ${outcome}, nothing left after ${secondsUntilNothingLeft ?? '?'} s`;
  return `${result === 'passed' ? 'ok' : 'NO'} ${name}:${end} (${seconds} s)`;
}
