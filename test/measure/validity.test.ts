import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarise } from '../../src/measure/summarise.ts';
import type { RunSummary } from '../../src/measure/summary.ts';
import { judge } from '../../src/measure/validity.ts';
import { sampleLoad } from '../support/sample-load.ts';
import { goodWindow, LOAD } from './window-result-samples.ts';

function changed(change: (summary: RunSummary) => void): RunSummary {
  const summary = summarise([goodWindow()], LOAD);
  change(summary);
  return summary;
}

test('a run without blemish is valid and says nothing', () => {
  assert.deepEqual(
    judge(
      changed(() => undefined),
      LOAD,
    ),
    { verdict: 'valid', reasons: [] },
  );
});

const FINDINGS: {
  name: string;
  verdict: 'invalid' | 'suspect';
  says: RegExp;
  change: (summary: RunSummary) => void;
}[] = [
  {
    name: 'no claim ready',
    verdict: 'invalid',
    says: /^No claim became ready \(200 fell due\)\.$/,
    change: (s) => Object.assign(s.claims, { ready: 0, warm: 0, failed: 200 }),
  },
  {
    name: 'a claim unaccounted for',
    verdict: 'invalid',
    says: /200 claims fell due but the end of 199 is accounted for/,
    change: (s) => Object.assign(s.claims, { ready: 199, warm: 199 }),
  },
  {
    name: 'a claim neither sent nor counted as not submitted',
    verdict: 'invalid',
    says: /200 claims fell due but 199 were sent and 0 counted/,
    change: (s) => Object.assign(s.claims, { submitted: 199 }),
  },
  {
    name: 'a load cut short',
    verdict: 'suspect',
    says: /150 of the 200 asked claims fell due/,
    change: (s) => Object.assign(s.claims, { due: 150, submitted: 150, ready: 150, warm: 150 }),
  },
  {
    name: 'late sends',
    verdict: 'suspect',
    says: /sent late: p99 12\.5 ms/,
    change: (s) => Object.assign(s.latency.dueToSent?.all ?? {}, { p99Ms: 12.5 }),
  },
  {
    name: 'a busy event loop',
    verdict: 'suspect',
    says: /p99 delay was 21 ms/,
    change: (s) => Object.assign(s.generator, { eventLoopDelayP99Ms: 21 }),
  },
  {
    name: 'claims lost with a worker',
    verdict: 'suspect',
    says: /3 of 200 claims \(1\.5 %\) is unknown/,
    change: (s) => Object.assign(s.claims, { ready: 197, warm: 197, unknown: 3 }),
  },
  {
    name: 'arrivals that nobody sent',
    verdict: 'suspect',
    says: /5 of 200 claims \(2\.5 %\) were not submitted/,
    change: (s) => Object.assign(s.claims, { ready: 195, warm: 195, submitted: 195, notSubmitted: 5 }),
  },
  {
    name: 'a rate off the target',
    verdict: 'suspect',
    says: /sent at 98 % of the rate that was asked/,
    change: (s) => Object.assign(s.rates, { keptFraction: 0.98 }),
  },
  {
    name: 'a relisted watch',
    verdict: 'suspect',
    says: /list anew 2 times/,
    change: (s) => Object.assign(s.generator, { watchRelisted: 2 }),
  },
  {
    name: 'arrivals held back by maxConcurrent',
    verdict: 'suspect',
    says: /maxConcurrent 50 held back 7 claims, for 812\.3 ms/,
    change: (s) => Object.assign(s.generator, { delayedByMaxConcurrent: 7, longestDelayMs: 812.34 }),
  },
  {
    name: 'too few samples for a p99',
    verdict: 'suspect',
    says: /Only 99 claims became ready: their p99 is nearly their maximum/,
    change: (s) => Object.assign(s.claims, { ready: 99, warm: 99, timedOut: 101 }),
  },
  {
    name: 'launch types that could not be read',
    verdict: 'suspect',
    says: /2 of 200 claims \(1 %\) started warm or cold/,
    change: (s) => Object.assign(s.claims, { warm: 198, launchUnknown: 2 }),
  },
  {
    name: 'ready claims without a latency',
    verdict: 'suspect',
    says: /^4 claims became ready unseen/,
    change: (s) => Object.assign(s.latency.sentToReady?.all ?? {}, { count: 196 }),
  },
  {
    name: 'a latency at the end of the range',
    verdict: 'suspect',
    says: /reached one hour/,
    change: (s) => Object.assign(s.latency.sentToReady?.all ?? {}, { maxMs: 3_600_000 }),
  },
];

for (const { name, verdict, says, change } of FINDINGS) {
  test(`${name}: ${verdict}, in a sentence with its figures`, () => {
    const judgement = judge(changed(change), LOAD);
    assert.equal(judgement.verdict, verdict);
    assert.equal(
      judgement.reasons.filter((reason) => says.test(reason)).length,
      1,
      judgement.reasons.join('\n'),
    );
    for (const reason of judgement.reasons) assert.match(reason, /^[A-Za-z0-9].*\.$/);
  });
}

test('thresholds themselves are still valid', () => {
  const summary = changed((s) => {
    Object.assign(s.latency.dueToSent?.all ?? {}, { p99Ms: 10 });
    Object.assign(s.generator, { eventLoopDelayP99Ms: 20 });
    Object.assign(s.rates, { keptFraction: 0.995 });
    Object.assign(s.claims, { due: 200, submitted: 200, ready: 100, warm: 100, failed: 100 });
  });
  assert.equal(judge(summary, LOAD).verdict, 'valid');
});

test("the caller's own findings count, invalid ones first", () => {
  const judgement = judge(
    changed(() => undefined),
    LOAD,
    {
      suspect: ['The scrape failed.'],
      invalid: ['The cluster was rebuilt.'],
    },
  );
  assert.deepEqual(judgement, {
    verdict: 'invalid',
    reasons: ['The cluster was rebuilt.', 'The scrape failed.'],
  });
});

test('a closed loop may send fewer claims than its bound', () => {
  const closed = sampleLoad({ arrivals: { shape: 'closedLoop', live: 5 }, total: 1_000_000 });
  const { verdict, reasons } = judge(
    changed(() => undefined),
    { ...closed, qps: undefined },
  );
  assert.equal(verdict, 'valid', reasons.join(' '));
});
