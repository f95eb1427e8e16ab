import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { durationMs, formatDuration } from '../../src/domain/durations.ts';
import type { LoadFigures } from '../../src/spec/load-figures.ts';
import { loadFigures } from '../../src/spec/load-figures.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { findings } from './spec-samples.ts';

function figuresOf(given: Partial<LoadFigures>): LoadFigures {
  const { figures, problem } = loadFigures(given);
  assert.ok(figures !== null, problem?.message ?? 'fewer than two figures');
  return figures;
}

describe('any two of qps, duration and total give the third', () => {
  const rows: [Partial<LoadFigures>, LoadFigures][] = [
    [
      { qps: 10, duration: '12s' },
      { qps: 10, duration: '12s', total: 120 },
    ],
    [
      { qps: 0.5, duration: '1m' },
      { qps: 0.5, duration: '1m', total: 30 },
    ],
    [
      { qps: 0.3, duration: '5s' },
      { qps: 0.3, duration: '5s', total: 2 },
    ],
    [
      { qps: 10, total: 5 },
      { qps: 10, duration: '500ms', total: 5 },
    ],
    [
      { qps: 3, total: 1 },
      { qps: 3, duration: '333ms', total: 1 },
    ],
    [
      { qps: 1, total: 90_061 },
      { qps: 1, duration: '1d1h1m1s', total: 90_061 },
    ],
    [
      { duration: '20s', total: 400 },
      { qps: 20, duration: '20s', total: 400 },
    ],
    [
      { duration: '3s', total: 1 },
      { qps: 1 / 3, duration: '3s', total: 1 },
    ],
    [
      { qps: 10, duration: '12s', total: 120 },
      { qps: 10, duration: '12s', total: 120 },
    ],
  ];
  for (const [given, whole] of rows) {
    it(`${JSON.stringify(given)} is ${JSON.stringify(whole)}`, () =>
      assert.deepEqual(figuresOf(given), whole));
  }

  it('and whichever two are given, the three agree', () => {
    const qps = fc.double({ min: 0.01, max: 10_000, noNaN: true });
    const duration = fc.integer({ min: 1000, max: 86_400_000 }).map(formatDuration);
    const total = fc.integer({ min: 1, max: 1_000_000 });
    const two = fc.oneof(
      fc.record({ qps, duration }),
      fc.record({ qps, total }),
      fc.record({ duration, total }),
    );
    fc.assert(
      fc.property(two, (given) => {
        const { figures } = loadFigures(given);
        fc.pre(figures !== null);
        assert.deepEqual(figuresOf(figures), figures, 'all three together are accepted as they are');
        const again = { qps: figures.qps, duration: figures.duration };
        const exact = (figures.qps * durationMs(figures.duration)) / 1000;
        assert.ok(
          Math.abs(exact - figures.total) <= 0.5 + figures.qps * 0.0005 + 1e-6,
          JSON.stringify(again),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('figures that make no load are refused with what they would make', () => {
  const refused = (load: unknown) => findings(() => resolveSpec({ load }));
  const rows: [unknown, string][] = [
    [{}, 'load: give two of qps, duration and total; found none of them'],
    [{ qps: 10 }, 'load: give two of qps, duration and total; found only qps'],
    [{ total: 10, maxConcurrent: 3 }, 'load: give two of qps, duration and total; found only total'],
    [
      { qps: 0.1, duration: '1s' },
      'load: qps 0.1 for 1s makes 0.1 claims; allowed for total: a whole number from 1 to 100000000',
    ],
    [
      { qps: 10_000, duration: '12h' },
      'load: qps 10000 for 12h makes 432000000 claims; allowed for total: a whole number from 1 to 100000000',
    ],
    [
      { duration: '1ms', total: 100 },
      'load: 100 claims in 1ms are 100000 a second; allowed for qps: a number above 0, up to 10000',
    ],
    [
      { qps: 10_000, total: 5 },
      'load: 5 claims at qps 10000 take 0.0005 s; allowed for duration: a duration from 1ms to 365d, written like 250ms, 90s or 1h30m',
    ],
    [
      { qps: 1e-300, total: 5 },
      'load: 5 claims at qps 1e-300 take 5e+300 s; allowed for duration: a duration from 1ms to 365d, written like 250ms, 90s or 1h30m',
    ],
    [
      { qps: 10, duration: '12s', total: 100 },
      'load: qps 10 for 12s makes 120 claims, but total is 100; leave one of the three out',
    ],
  ];
  for (const [load, message] of rows) {
    it(JSON.stringify(load), () => assert.deepEqual(refused(load), [message]));
  }

  it('one claim more or less than the figures make is not agreement', () => {
    for (const total of [119, 121]) assert.equal(refused({ qps: 10, duration: '12s', total }).length, 1);
  });
});
