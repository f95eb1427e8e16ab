import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { RunReport } from '../../src/report/report.ts';
import type { ClaimTimeline } from '../../src/measure/window-result.ts';

/** What a report says of its claims, held against the raw timelines. */
export interface ClaimsAccount {
  due: number;
  ready: number;
  failed: number;
  timedOut: number;
  notSubmitted: number;
  unknown: number;
  /** Due, but with no end. */
  lost: number;
  /** Timelines beyond the first of a claim. */
  twice: number;
}

/** Null where the report tells nothing of claims; else the account, and what does not add up. */
export function accountOf(report: RunReport): { account: ClaimsAccount | null; problems: string[] } {
  const { claims, ending, files, spec } = report;
  if (claims === null) return { account: null, problems: [] };
  const { due, ready, failed, timedOut, notSubmitted, unknown } = claims;
  const raw = timelinesOf(files.claims);
  const indexes = new Set(raw?.map(({ index }) => index));
  const account: ClaimsAccount = {
    ...{ due, ready, failed, timedOut, notSubmitted, unknown },
    lost: due - (ready + failed + timedOut + notSubmitted + unknown),
    twice: raw === null ? 0 : raw.length - indexes.size,
  };
  const problems: string[] = [];
  const same = (what: string, one: number, other: number) => {
    if (one !== other) problems.push(`${what}: ${one} against ${other}`);
  };
  same('claims without an end', account.lost, 0);
  same('claims counted twice', account.twice, 0);
  if (ending === 'completed') same('claims due against the spec', due, spec.load.total);
  if (raw !== null) {
    same('claims due against timelines', due, indexes.size);
    same('ready claims against timelines', ready, raw.filter(({ end }) => end === 'ready').length);
  }
  return { account, problems };
}

/** Whether the verdict says what the counts say. */
export function verdictProblems({ claims, verdict, verdictReasons, versions }: RunReport): string[] {
  const problems: string[] = [];
  const said = (words: RegExp) => verdictReasons.some((reason) => words.test(reason));
  const must = (holds: boolean, problem: string) => {
    if (!holds) problems.push(`verdict ${verdict}: ${problem}`);
  };
  if (claims === null || claims.ready === 0) must(verdict === 'invalid', 'without one ready claim');
  if ((claims?.unknown ?? 0) > 0) must(said(/unknown|cut short/), 'does not tell of unknown claims');
  if ((claims?.notSubmitted ?? 0) > 0)
    must(said(/not submitted|cut short/), 'does not tell of unsent claims');
  if (versions['faults'] !== undefined)
    must(verdict === 'invalid' || said(/faults/), 'does not tell of network faults');
  must(verdict === 'valid' || verdictReasons.length > 0, 'gives no reason');
  return problems;
}

function timelinesOf(path: string | null): ClaimTimeline[] | null {
  if (path === null || !existsSync(path)) return null;
  const lines = gunzipSync(readFileSync(path)).toString().trim().split('\n');
  return lines.map((line) => JSON.parse(line) as ClaimTimeline);
}
