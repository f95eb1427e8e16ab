import type { Bundles } from './bundles.ts';
import { Canaries } from './canaries.ts';
import { Cell } from './cell.ts';
import type { ClaimsAccount } from './claims-check.ts';
import { accountOf, verdictProblems } from './claims-check.ts';
import type { CellEnding } from './ending.ts';
import { endingOf } from './ending.ts';
import { ImpossibleHere } from './impossible-here.ts';
import type { Place } from './places.ts';
import type { CellOutcome, Row } from './row.ts';
import { isOver } from './started.ts';
import { until } from '../support/until.ts';

/** What became of one cell: one line of the results file. */
export interface CellResult {
  row: string;
  place: Place;
  seed: number;
  result: 'passed' | 'failed' | 'impossible';
  /** Why there is no such cell, where it is impossible. */
  reason: string | null;
  /** Everything that was wrong; empty where it passed. */
  problems: string[];
  outcome: CellOutcome | null;
  failure: string | null;
  /** From the fault until neither cluster nor guard was left. */
  secondsUntilNothingLeft: number | null;
  /** The whole cell, servers included. */
  seconds: number;
  claims: ClaimsAccount | null;
  verdict: string | null;
  secretsKnown: number;
  secretHits: string[];
  /** What else the cell has to tell. */
  notes: string[];
}

/** Long enough for every cell that is well on a busy machine. */
const BOUND_MS = 240_000;

/** Plays one cell from an empty machine to an empty machine. Never throws: what goes wrong is its result. */
export async function runCell(row: Row, place: Place, seed: number, bundles: Bundles): Promise<CellResult> {
  const startedMs = Date.now();
  const result: CellResult = {
    ...{ row: row.name, place, seed, result: 'failed', reason: null, problems: [], outcome: null },
    ...{ failure: null, secondsUntilNothingLeft: null, seconds: 0, claims: null, verdict: null },
    ...{ secretsKnown: 0, secretHits: [], notes: [] },
  };
  const expected = row.expected[place];
  if (typeof expected === 'string') return { ...result, result: 'impossible', reason: expected };
  const setUp = row.setUp?.(place, seed) ?? {};
  const workflowBundle = await bundles.of(setUp.planted ?? []);
  const cell = new Cell({ place, seed, setUp, workflowBundle, boundMs: BOUND_MS });
  const canaries = new Canaries(cell.home);
  try {
    await play(row, cell, result);
    judge(await endingOf(cell), row, expected, result);
    if (row.check !== undefined) result.problems.push(...(await row.check(cell)));
    result.secretHits = await canaries.hits();
    await endWorkers(cell);
    const late = cell.home.clustersLeft();
    if (late.length > 0) result.problems.push(`left once the workers had ended: ${late.join(', ')}`);
  } catch (error) {
    if (error instanceof ImpossibleHere)
      return { ...result, result: 'impossible', reason: error.message, seconds: since(startedMs) };
    result.problems.push(error instanceof Error ? error.message : String(error), ...(await lastLook(cell)));
  } finally {
    canaries.stop();
    await cell.home.end();
  }
  const { problems, secretHits } = result;
  if (secretHits.length > 0) problems.push(`secrets: ${secretHits.join(', ')}`);
  Object.assign(result, { secretsKnown: canaries.known, notes: cell.notes, seconds: since(startedMs) });
  return { ...result, result: problems.length === 0 ? 'passed' : 'failed' };
}

async function play(row: Row, cell: Cell, result: CellResult): Promise<void> {
  await cell.begin();
  if (row.byItself !== true) await cell.reach();
  const status = await cell.status();
  if (status !== 'RUNNING') throw new Error(`the run was ${status} before the fault`);
  const faultMs = Date.now();
  await row.inject(cell);
  cell.openGates();
  const settled = async () =>
    (await cell.status()) !== 'RUNNING' &&
    (await cell.status(cell.guard)) !== 'RUNNING' &&
    cell.home.clustersLeft().length === 0;
  await cell.until('an end with nothing left', settled, 200);
  result.secondsUntilNothingLeft = since(faultMs);
}

function judge(
  { outcome, report, failure }: CellEnding,
  row: Row,
  right: readonly CellOutcome[],
  result: CellResult,
): void {
  Object.assign(result, { outcome, failure, verdict: report?.verdict ?? null });
  if (!right.includes(outcome)) {
    result.problems.push(`outcome ${outcome} (${failure ?? 'no failure'}) instead of ${right.join(' or ')}`);
  }
  if (report === null) {
    const forced = outcome === 'terminated' || outcome === 'timed-out';
    const none = row.withoutReport?.includes(result.place) ?? false;
    if (!forced && !none) result.problems.push('there is no report');
    return;
  }
  const { account, problems } = accountOf(report);
  result.claims = account;
  result.problems.push(...problems, ...verdictProblems(report));
}

async function endWorkers({ home }: Cell): Promise<void> {
  for (const { child } of home.workers) child.kill('SIGTERM');
  await until('the end of the workers', () => home.workers.every(({ child }) => isOver(child)), {
    timeoutMs: 15_000,
  });
}

/** How things stood when a cell went wrong. */
async function lastLook(cell: Cell): Promise<string[]> {
  const [run, guard] = [await cell.status(), await cell.status(cell.guard)];
  const pending = [...(await cell.pending()), ...(await cell.pending(cell.guard))];
  const log = cell.home.workers.at(-1)?.output().trim().split('\n').slice(-3) ?? [];
  return [
    `run ${run}, guard ${guard}, waiting for ${pending.map(({ activity, attempt }) => `${activity} (attempt ${attempt})`).join(', ') || 'nothing'}`,
    ...cell.home.clustersLeft().map((left) => `left: ${left}`),
    ...log.map((line) => `worker: ${line.slice(0, 300)}`),
  ];
}

function since(ms: number): number {
  return Math.round((Date.now() - ms) / 100) / 10;
}
