import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LatencyRecorder, LONGEST_MICROS, SERIES, SPLITS } from '../../src/measure/histograms.ts';

const samples = fc.array(
  fc.record({
    series: fc.constantFrom(...SERIES),
    split: fc.constantFrom(...SPLITS),
    micros: fc.integer({ min: 0, max: LONGEST_MICROS }),
    part: fc.nat(3),
  }),
  { maxLength: 150 },
);

/** What a reader can tell of a recorder. */
function picture(recorder: LatencyRecorder): unknown {
  return SERIES.flatMap((series) =>
    SPLITS.map((split) => {
      const histogram = recorder.histogram(series, split);
      return [0, 50, 90, 99, 99.9, 100].map((p) => histogram?.getValueAtPercentile(p) ?? null);
    }),
  );
}

test('recorders that were encoded and merged read like one that recorded everything', () => {
  fc.assert(
    fc.property(samples, (all) => {
      const whole = new LatencyRecorder();
      const parts = [0, 1, 2, 3].map(() => new LatencyRecorder());
      for (const { series, split, micros, part } of all) {
        whole.record(series, split, micros);
        parts[part]?.record(series, split, micros);
      }
      const merged = new LatencyRecorder();
      merged.merge(parts.map((part) => part.encode()));
      assert.deepEqual(picture(merged), picture(whole));
    }),
    { numRuns: 50 },
  );
});

test('keeps three significant digits over the whole range', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: LONGEST_MICROS }), (micros) => {
      const recorder = new LatencyRecorder();
      recorder.record('sentToReady', 'all', micros);
      const read = recorder.histogram('sentToReady', 'all')?.getValueAtPercentile(50) ?? Number.NaN;
      assert.ok(Math.abs(read - micros) <= micros / 1000, `${read} for ${micros}`);
    }),
  );
});

test('a value out of range counts at the end of the range and is told', () => {
  const recorder = new LatencyRecorder();
  recorder.record('exec', 'all', -5);
  recorder.record('exec', 'all', LONGEST_MICROS * 2);
  recorder.record('exec', 'all', Number.POSITIVE_INFINITY);
  assert.equal(recorder.clamped, 3);
  const histogram = recorder.histogram('exec', 'all');
  assert.equal(histogram?.totalCount, 3);
  assert.equal(histogram?.getValueAtPercentile(1), 0);
  assert.ok((histogram?.maxValue ?? 0) >= LONGEST_MICROS);
});

test('leaves out what was never recorded', () => {
  const recorder = new LatencyRecorder();
  recorder.record('dueToSent', 'all', 3);
  assert.deepEqual(Object.keys(recorder.encode()), ['dueToSent.all']);
  assert.equal(recorder.histogram('dueToSent', 'warm'), null);
});

test('all 24 histograms of a busy window fit into one small payload', () => {
  const recorder = new LatencyRecorder();
  for (const series of SERIES) {
    for (const split of SPLITS) {
      for (let index = 0; index < 20_000; index += 1) {
        recorder.record(series, split, 150_000 * Math.exp(((index * 7919) % 20_000) / 5_000 - 2));
      }
    }
  }
  assert.ok(JSON.stringify(recorder.encode()).length < 64 * 1024);
});
