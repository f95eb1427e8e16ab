import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { summarise } from '../../src/measure/summarise.ts';
import { checkThresholds, thresholdsMissed } from '../../src/measure/thresholds.ts';
import { goodWindow, LOAD } from './window-result-samples.ts';

function missed(counts: Parameters<typeof goodWindow>[0], ...thresholds: string[]): string[] {
  return thresholdsMissed(checkThresholds(summarise([goodWindow(counts)], LOAD), thresholds));
}

describe('what is within a threshold meets it, and its very limit too', () => {
  const met = [
    'warm sentToReady p99 <= 300ms',
    'warm sentToReady max >= 250ms',
    'all sentToReady p50 <= 199.1ms',
    'lateness p99 <= 1ms',
    'lateness max >= 0.4ms',
    'failedFraction <= 0%',
    'warmFraction >= 100%',
    'keptRate >= 100%',
    'keptRate <= 100%',
    'readyRate >= 9.9/s',
  ];
  for (const threshold of met) it(threshold, () => assert.deepEqual(missed({}, threshold), []));
});

describe('a threshold that is missed says by how much, and over how many', () => {
  const cases: [threshold: string, counts: Parameters<typeof goodWindow>[0], sentence: string][] = [
    ['warm sentToReady p99 <= 250ms', {}, 'it was 297.2 ms over 200 warm claims.'],
    ['all sentToReady p50 >= 1s', {}, 'it was 199 ms over 200 claims.'],
    ['lateness p50 <= 0.1ms', {}, 'it was 0.5 ms over 200 claims.'],
    [
      'failedFraction <= 1%',
      { ready: 197, failed: 1, timedOut: 2 },
      'it was 1.5 % (3 of 200 claims failed or timed out).',
    ],
    ['warmFraction >= 95%', { warm: 150, cold: 50 }, 'it was 75 % (150 of 200 ready claims were warm).'],
    ['keptRate >= 100.1%', {}, 'it was 100 % of the rate asked.'],
    ['readyRate >= 20/s', {}, 'it was 10/s of ready claims.'],
  ];
  for (const [threshold, counts, sentence] of cases) {
    it(threshold, () => assert.deepEqual(missed(counts, threshold), [`${threshold}: ${sentence}`]));
  }
});

describe('missing data meets no threshold', () => {
  const nothing = { due: 0, submitted: 0, ready: 0, warm: 0 };
  const cases: [threshold: string, counts: Parameters<typeof goodWindow>[0], why: RegExp][] = [
    ['cold sentToReady p99 <= 1h', {}, /no cold claim was measured/],
    ['cold sentToReady p99 >= 0s', {}, /no cold claim was measured/],
    ['failedFraction <= 100%', nothing, /no claim fell due/],
    ['warmFraction >= 0%', nothing, /no claim became ready/],
    ['readyRate >= 0/s', nothing, /no claim became ready/],
    ['warm drift p99 <= 1000%', {}, /too few windows with warm claims/],
  ];
  for (const [threshold, counts, why] of cases) {
    it(threshold, () => {
      const [sentence = ''] = missed(counts, threshold);
      assert.match(sentence, why);
      assert.match(sentence, /no data meets no threshold/);
    });
  }
});

test('each threshold is told, met or missed, in the order of the spec', () => {
  const checks = checkThresholds(summarise([goodWindow()], LOAD), [
    'warmFraction >= 1%',
    'lateness max <= 0s',
  ]);
  assert.deepEqual(checks, [
    {
      threshold: 'warmFraction >= 1%',
      met: true,
      measured: 1,
      found: '100 % (200 of 200 ready claims were warm)',
    },
    { threshold: 'lateness max <= 0s', met: false, measured: 0.5, found: '0.5 ms over 200 claims' },
  ]);
});
