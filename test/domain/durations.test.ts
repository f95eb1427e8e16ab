import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { durationMs, formatDuration, parseDuration } from '../../src/domain/durations.ts';

describe('a duration is read', () => {
  const rows: [string, number][] = [
    ['250ms', 250],
    ['0s', 0],
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['10m', 600_000],
    ['1m5ms', 60_005],
    ['0.5ms', 0.5],
    ['007s', 7000],
  ];
  for (const [text, ms] of rows) it(`${text} as ${ms} ms`, () => assert.equal(parseDuration(text), ms));
});

describe('what is no duration', () => {
  const rows = [
    '',
    '1',
    's',
    '1 s',
    ' 1s',
    '1s ',
    '1s\n',
    '-1s',
    '+1s',
    '1S',
    '1s1m',
    '1h1h',
    '.5s',
    '1.s',
    '1e3s',
    '1y',
    '١s',
  ];
  for (const text of rows) {
    it(`${JSON.stringify(text)} is null, or our own bug where a spec was checked already`, () => {
      assert.equal(parseDuration(text), null);
      assert.throws(() => durationMs(text), RangeError);
    });
  }
});

describe('a duration is written', () => {
  const rows: [number, string][] = [
    [0, '0s'],
    [0.4, '0s'],
    [0.5, '1ms'],
    [999.6, '1s'],
    [1000, '1s'],
    [60_000, '1m'],
    [61_001, '1m1s1ms'],
    [5_400_000, '1h30m'],
    [86_400_000, '1d'],
  ];
  for (const [ms, text] of rows) it(`${ms} ms as ${text}`, () => assert.equal(formatDuration(ms), text));

  it('so that reading it gives the same milliseconds', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (ms) => {
        assert.equal(parseDuration(formatDuration(ms)), ms);
      }),
    );
  });

  it('as no longer than any other notation of the same milliseconds', () => {
    const amount = fc.nat({ max: 5000 });
    fc.assert(
      fc.property(amount, amount, amount, (h, m, s) => {
        const text = `${h}h${m}m${s}s`;
        const written = formatDuration(durationMs(text));
        assert.equal(durationMs(written), durationMs(text));
        assert.equal(formatDuration(durationMs(written)), written);
      }),
    );
  });
});
