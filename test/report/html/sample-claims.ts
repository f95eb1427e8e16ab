import { ClaimCurvesBuilder } from '../../../src/report/html/claim-curves.ts';
import type { ClaimCurves } from '../../../src/report/html/claim-curves.ts';
import type { ClaimTimeline } from '../../../src/measure/window-result.ts';

export function claimOf(parts: Partial<ClaimTimeline>): ClaimTimeline {
  return {
    index: 0,
    name: 'c-0123456789-0-0',
    end: parts.readyMs === null ? 'timed-out' : 'ready',
    reason: null,
    launch: 'warm',
    sandbox: null,
    dueMs: 0,
    sentMs: null,
    acknowledgedMs: null,
    boundMs: null,
    readyMs: null,
    execStartedMs: null,
    execEndedMs: null,
    releasedMs: null,
    ...parts,
  };
}

/** Twenty claims a second for ten seconds; every tenth is a cold start. */
export function sampleCurves(): ClaimCurves {
  const curves = new ClaimCurvesBuilder();
  for (let index = 0; index < 200; index += 1) {
    const dueMs = 1_800_000_000_000 + index * 50;
    const cold = index % 10 === 0;
    const readyMs = dueMs + (cold ? 250 + index : 20 + index / 5);
    const sentMs = dueMs + 0.3 + (index % 7) / 10;
    curves.add(
      claimOf({ launch: cold ? 'cold' : 'warm', dueMs, sentMs, readyMs, releasedMs: readyMs + 130 }),
    );
  }
  return curves.result()!;
}
