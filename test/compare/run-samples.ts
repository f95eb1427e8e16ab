import { unbegun } from '../../src/load/claim-book.ts';
import type { ReadRun } from '../../src/compare/read-run.ts';
import type { ClaimTimeline } from '../../src/measure/window-result.ts';
import { buildReport } from '../../src/report/build-report.ts';
import type { RunReport } from '../../src/report/report.ts';
import { CONTEXT, sampleRequest } from '../report/sample-run.ts';

/** A claim that was due `index` tenths of a second in, and ready `readyMs` later. */
export function claim(index: number, readyMs: number, changes: Partial<ClaimTimeline> = {}): ClaimTimeline {
  const dueMs = 1_000_000 + index * 100;
  return {
    ...unbegun(index, `claim-${index}`, dueMs),
    end: 'ready',
    launch: 'warm',
    sandbox: `sandbox-${index}`,
    sentMs: dueMs + 1,
    acknowledgedMs: dueMs + 4,
    boundMs: dueMs + readyMs / 2,
    readyMs: dueMs + readyMs,
    releasedMs: dueMs + readyMs + 20,
    ...changes,
  };
}

/** So many claims, whose latency swings a little from one to the next. */
export function claims(count: number, readyMs: number): ClaimTimeline[] {
  return Array.from({ length: count }, (_, index) =>
    claim(index, readyMs * (1 + ((index * 37) % 100) / 100)),
  );
}

export function run(name: string, of: ClaimTimeline[], changes: Partial<RunReport> = {}): ReadRun {
  return { name, report: { ...buildReport(sampleRequest(), CONTEXT), ...changes }, claims: of };
}
