import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import {
  parseThreshold,
  THRESHOLD_FRACTIONS,
  THRESHOLD_LATENCIES,
  THRESHOLD_PATTERN,
  THRESHOLD_SPLITS,
  THRESHOLD_STATS,
  thresholdOf,
} from '../../src/domain/threshold.ts';

describe('a threshold is read as it is written', () => {
  const latency = { kind: 'latency', latency: 'dueToReady', split: 'warm', stat: 'p99' };
  const cases: [text: string, metric: object, bound: string, limit: number][] = [
    ['warm dueToReady p99 <= 500ms', latency, '<=', 500],
    ['  warm   dueToReady p99<=1m30s ', latency, '<=', 90_000],
    [
      'all sentToReady max >= 1s',
      { ...latency, latency: 'sentToReady', split: 'all', stat: 'max' },
      '>=',
      1000,
    ],
    ['cold drift p50 <= 20%', { kind: 'drift', split: 'cold', stat: 'p50' }, '<=', 0.2],
    ['lateness p99 <= 10ms', { kind: 'lateness', stat: 'p99' }, '<=', 10],
    ['failedFraction <= 0.5 %', { kind: 'failedFraction' }, '<=', 0.005],
    ['warmFraction >= 95%', { kind: 'warmFraction' }, '>=', 0.95],
    ['keptRate >= 99.9%', { kind: 'keptRate' }, '>=', 0.999],
    ['readyRate >= 18.5/s', { kind: 'readyRate' }, '>=', 18.5],
  ];
  for (const [text, metric, bound, limit] of cases) {
    it(text, () => assert.deepEqual(parseThreshold(text), { text, metric, bound, limit }));
  }
});

describe('what is wrong is told by the word at fault', () => {
  const cases: [text: string, word: string, wanted: RegExp][] = [
    ['dueToReady p99 <= 1s', 'dueToReady', /warm dueToReady, cold or all/],
    ['drift p99 <= 1%', 'drift', /warm drift, cold or all/],
    ['warm dueToRedy p99 <= 1s', 'dueToRedy', /no metric of warm claims/],
    ['warm failedFraction <= 1%', 'failedFraction', /no metric of warm claims/],
    ['hot dueToReady p99 <= 1s', 'hot', /no metric/],
    ['warm dueToReady <= 1s', '', /which figure of dueToReady/],
    ['warm dueToReady p98 <= 1s', 'p98', /which figure of dueToReady/],
    ['warm dueToReady p99 mean <= 1s', 'mean', /one word too many/],
    ['lateness p99 p99 <= 1s', 'p99', /one word too many/],
    ['failedFraction p99 <= 1%', 'p99', /write it alone/],
    ['warm dueToReady p99 <= 500', '500', /a duration such as/],
    ['warm dueToReady p99 <= -5ms', '-5ms', /a duration such as/],
    ['failedFraction <= 0.01', '0.01', /a percentage such as/],
    ['readyRate >= 18', '18', /claims a second/],
    ['failedFraction < 1%', 'failedFraction < 1%', /reads like/],
    ['warm dueToReady p99 = 1s', 'warm dueToReady p99 = 1s', /reads like/],
    ['failedFraction <= 1% <= 2%', 'failedFraction <= 1% <= 2%', /reads like/],
    ['', '', /reads like/],
  ];
  for (const [text, word, wanted] of cases) {
    it(JSON.stringify(text), () => {
      const problem = parseThreshold(text);
      assert.ok('wanted' in problem, 'it was read');
      assert.equal(problem.word, word);
      assert.match(problem.wanted, wanted);
    });
  }
});

test('every text is read or refused, and editors are shown the same', () => {
  const pattern = new RegExp(THRESHOLD_PATTERN, 'u');
  const word = fc.constantFrom<string>(
    ...THRESHOLD_SPLITS,
    ...THRESHOLD_LATENCIES.slice(0, 2),
    ...THRESHOLD_STATS.slice(0, 3),
    ...THRESHOLD_FRACTIONS,
    ...['drift', 'lateness', 'readyRate', '<=', '>=', '<', '1%', '5ms', '1m2s', '2s1m', '3/s', '4', 'x'],
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
    fc
      .tuple(
        fc.constantFrom('warm dueToReady p99', 'cold drift p50', 'lateness p99', 'keptRate', 'readyRate'),
        word,
        word,
      )
      .map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const read = parseThreshold(text);
      // The pattern can't say that units of a duration come in order; all else it says.
      if ('wanted' in read && !/\d[smhd]\d/.test(text)) assert.doesNotMatch(text, pattern);
      if (!('wanted' in read)) assert.match(text, pattern);
    }),
    { numRuns: 2000 },
  );
});

test('a threshold of a checked spec that is none is our own bug', () => {
  assert.throws(() => thresholdOf('nonsense'), RangeError);
});
