import { durationMs, formatDuration } from '../domain/durations.ts';
import { allowedWords } from './allowed.ts';
import type { FoundProblem } from './field-problems.ts';
import { LONGEST_LOAD, MOST_CLAIMS, MOST_QPS } from './load-schema.ts';
import type { SpecPath } from './schema-node.ts';
import { nodeAt } from './schema-node.ts';

/** The load's three figures, of which any two give the third. */
export const FIGURES = ['qps', 'duration', 'total'] as const;
export type Figure = (typeof FIGURES)[number];
export interface LoadFigures {
  qps: number;
  duration: string;
  total: number;
}

/** What of them a user has written. */
export type GivenFigures = { [figure in Figure]?: LoadFigures[figure] | undefined };
export type WorkedOut =
  { figures: LoadFigures; problem: null } | { figures: null; problem: FoundProblem | null };

/**
 * Works out the third figure of two, or says why that can't be. Neither where fewer than two are there. `path` is where
 * they stand: in the load, or in a phase of it.
 */
export function loadFigures(given: GivenFigures, path: SpecPath = ['load']): WorkedOut {
  const worked = workedOut(given);
  return worked.problem === null ? worked : { ...worked, problem: { ...worked.problem, path } };
}

function workedOut({ qps, duration, total }: GivenFigures): WorkedOut {
  if (qps !== undefined && duration !== undefined) {
    return total === undefined ? totalOf(qps, duration) : agreed({ qps, duration, total });
  }
  if (qps !== undefined && total !== undefined) return durationOf(qps, total);
  if (duration !== undefined && total !== undefined) return qpsOf(duration, total);
  return { figures: null, problem: null };
}

function totalOf(qps: number, duration: string): WorkedOut {
  const exact = (qps * durationMs(duration)) / 1000;
  const total = Math.round(exact);
  if (total >= 1 && total <= MOST_CLAIMS) return { figures: { qps, duration, total }, problem: null };
  return outOfBounds('total', `qps ${qps} for ${duration} makes ${short(exact)} claims`);
}

function durationOf(qps: number, total: number): WorkedOut {
  const ms = (total / qps) * 1000;
  if (ms >= 1 && ms <= durationMs(LONGEST_LOAD)) {
    return { figures: { qps, duration: formatDuration(ms), total }, problem: null };
  }
  return outOfBounds('duration', `${total} claims at qps ${qps} take ${short(ms / 1000)} s`);
}

function qpsOf(duration: string, total: number): WorkedOut {
  const qps = total / (durationMs(duration) / 1000);
  if (qps <= MOST_QPS) return { figures: { qps, duration, total }, problem: null };
  return outOfBounds('qps', `${total} claims in ${duration} are ${short(qps)} a second`);
}

/** All three may be given where they agree, as they do in a resolved spec. */
function agreed(given: LoadFigures): WorkedOut {
  const { qps, duration, total } = given;
  const exact = (qps * durationMs(duration)) / 1000;
  // A total that was worked out is off by up to half a claim, a duration by up to half a millisecond.
  const rounding = 0.5 + qps * 0.0005 + total * 1e-9;
  if (Math.abs(exact - total) <= rounding) return { figures: given, problem: null };
  return problemOfLoad(
    `qps ${qps} for ${duration} makes ${short(exact)} claims, but total is ${total}; leave one of the three out`,
  );
}

function outOfBounds(figure: Figure, what: string): WorkedOut {
  const node = nodeAt(['load', figure], undefined);
  return problemOfLoad(
    `${what}; allowed for ${figure}: ${node === null ? 'another value' : allowedWords(node)}`,
  );
}

const problemOfLoad = (message: string): WorkedOut => ({
  figures: null,
  problem: { path: ['load'], message },
});

/** Six digits are enough to see what is wrong. */
export const short = (value: number) => Number(value.toPrecision(6));
