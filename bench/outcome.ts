import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';

/** One figure of a benchmark beside what it is to reach. */
export interface Figure {
  what: string;
  value: number;
  unit: string;
  /** `at most 2`, `at least 0.8`; absent where a figure is only told. */
  target?: { most?: number; least?: number };
}

const RESULTS = join(import.meta.dirname, 'results');

/** Prints the figures and writes them, with the settings and the state of the machine, as `bench/results/<name>.json`. */
export async function tellOutcome(
  name: string,
  settings: object,
  figures: Figure[],
  more: object = {},
): Promise<void> {
  for (const figure of figures) console.log(lineOf(figure));
  await mkdir(RESULTS, { recursive: true });
  const machine = {
    cores: availableParallelism(),
    platform: process.platform,
    node: process.version,
    // Far above the number of cores: whatever is measured in wall time was measured beside other work.
    loadAverage: loadavg(),
  };
  const path = join(RESULTS, `${name}.json`);
  const written = { benchmark: name, at: new Date().toISOString(), machine, settings, figures, ...more };
  await writeFile(path, `${JSON.stringify(written, null, 2)}\n`);
  console.log(`written: bench/results/${name}.json (load average ${machine.loadAverage[0]?.toFixed(1)})`);
}

function isMet({ value, target }: Figure): boolean | null {
  if (target === undefined) return null;
  return value <= (target.most ?? Infinity) && value >= (target.least ?? -Infinity);
}

function lineOf(figure: Figure): string {
  const { what, value, unit, target } = figure;
  const told = `${what.padEnd(52)} ${rounded(value).padStart(10)} ${unit.padEnd(10)}`;
  const met = isMet(figure);
  if (target === undefined || met === null) return told.trimEnd();
  const bound = target.most === undefined ? `at least ${target.least}` : `at most ${target.most}`;
  return `${told} ${bound}: ${met ? 'met' : 'MISSED'}`;
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
