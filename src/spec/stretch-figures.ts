import { durationMs, formatDuration } from '../domain/durations.ts';
import { ratesOf, stepsBetween } from '../domain/step-rates.ts';
import type { Arrivals } from './arrivals-schema.ts';
import type { FoundProblem } from './field-problems.ts';
import type { GivenFigures, LoadFigures, WorkedOut } from './load-figures.ts';
import { FIGURES, loadFigures, short } from './load-figures.ts';
import { MOST_CLAIMS, LONGEST_LOAD } from './load-schema.ts';
import { nearest } from './nearest.ts';
import type { SpecPath } from './schema-node.ts';
import { valueAt } from './schema-node.ts';

/** More of them are a ramp. */
const MOST_STEPS = 1000;

/** A load without phases, or a phase: its arrivals and what is given of its figures. */
export type Stretch = GivenFigures & { arrivals: Arrivals };

/** What the figures of a stretch are, or what is wrong with them; neither where another problem hides it. */
export interface Worked<Figures = LoadFigures> {
  figures: Figures | null;
  problems: FoundProblem[];
}

/**
 * The figures of an open stretch. `document` is what the user wrote: a wrong or misspelt figure in it has a problem of its
 * own already and is not told again as a missing one.
 */
export function stretchFigures(stretch: Stretch, document: unknown, path: SpecPath): Worked {
  const meant = figuresMeant(document, path);
  const { arrivals } = stretch;
  const bad = arrivalsProblem(arrivals);
  if (bad !== null) return { figures: null, problems: [{ path: [...path, 'arrivals'], message: bad }] };
  const ownRate = ownRateOf(stretch);
  if (ownRate === null) {
    if (meant.length < 2) {
      const only = meant.length === 0 ? 'none of them' : `only ${meant[0]}`;
      return missing(path, `give two of qps, duration and total; found ${only}`);
    }
    return told(loadFigures(stretch, path));
  }
  if (!meant.includes('duration') && !meant.includes('total')) {
    return missing(
      path,
      `give duration or total; arrivals of shape ${arrivals.shape} have a rate of their own`,
    );
  }
  const { duration, total } = stretch;
  if (duration === undefined && total === undefined) return { figures: null, problems: [] };
  const worked =
    arrivals.shape === 'bursts'
      ? burstFigures(arrivals, stretch, path)
      : told(loadFigures({ qps: ownRate, duration, total }, path));
  const { figures } = worked;
  if (figures === null || stretch.qps === undefined || close(stretch.qps, figures.qps)) return worked;
  const message = `found ${stretch.qps}, but its arrivals of shape ${arrivals.shape} make it ${short(figures.qps)}; leave qps out`;
  return { figures: null, problems: [{ path: [...path, 'qps'], message }] };
}

/** Which of the three figures the user meant to give. */
export function figuresMeant(document: unknown, path: SpecPath): string[] {
  const written = valueAt(path, document);
  const keys = typeof written === 'object' && written !== null ? Object.keys(written) : [];
  return FIGURES.filter((figure) => keys.some((key) => nearest(key, FIGURES) === figure));
}

/** Whether two rates are the same but for rounding. */
export function close(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-6 * Math.max(one, other);
}

/** The mean rate that the shape itself has; null where it is the user's to say. */
function ownRateOf({ arrivals }: Stretch): number | null {
  switch (arrivals.shape) {
    case 'bursts':
      return (arrivals.size / durationMs(arrivals.every)) * 1000;
    case 'ramp':
      return (arrivals.from + arrivals.to) / 2;
    case 'steps': {
      const rates = ratesOf(arrivals);
      return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    }
    case 'constant':
    case 'poisson':
    case 'closedLoop':
      return null;
  }
}

function arrivalsProblem(arrivals: Arrivals): string | null {
  if (arrivals.shape !== 'ramp' && arrivals.shape !== 'steps') return null;
  if (arrivals.from === 0 && arrivals.to === 0) return 'from 0 to 0 nothing is sent';
  if (arrivals.shape === 'ramp' || stepsBetween(arrivals) <= MOST_STEPS) return null;
  return `from ${arrivals.from} to ${arrivals.to} by ${arrivals.by} are more than ${MOST_STEPS} steps; make by larger, or use a ramp`;
}

/** Bursts are whole ones: a load of 15 s with one every 10 s has two. */
function burstFigures(
  { size, every }: Arrivals & { shape: 'bursts' },
  { duration, total }: GivenFigures,
  path: SpecPath,
): Worked {
  const everyMs = durationMs(every);
  const claims = total ?? Math.ceil(durationMs(duration ?? '0s') / everyMs) * size;
  const lengthMs = duration === undefined ? Math.ceil(claims / size) * everyMs : durationMs(duration);
  const lastMs = (Math.ceil(claims / size) - 1) * everyMs;
  const what = `${claims} claims in bursts of ${size} every ${every}`;
  if (lastMs >= lengthMs) {
    return missing(path, `${what} take more than ${formatDuration(lastMs)}, but duration is ${duration}`);
  }
  if (claims > MOST_CLAIMS) return missing(path, `${what} are more than ${MOST_CLAIMS}`);
  if (lengthMs > durationMs(LONGEST_LOAD)) return missing(path, `${what} take more than ${LONGEST_LOAD}`);
  const qps = (claims / lengthMs) * 1000;
  return { figures: { qps, duration: formatDuration(lengthMs), total: claims }, problems: [] };
}

const missing = (path: SpecPath, message: string): Worked => ({
  figures: null,
  problems: [{ path, message }],
});

const told = ({ figures, problem }: WorkedOut): Worked => ({
  figures,
  problems: problem === null ? [] : [problem],
});
