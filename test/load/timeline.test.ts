import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { LoadChange } from '../../src/domain/load-change.ts';
import { arrivalTimeline } from '../../src/load/timeline.ts';
import type { ArrivalTimeline } from '../../src/load/timeline.ts';
import { sampleLoad } from '../support/sample-load.ts';
import { loadChanges, loads } from './load-samples.ts';

/** Each run of these looks at thousands of arrivals. */
const FEWER = { numRuns: 40 };
const TEN_A_SECOND = sampleLoad({ qps: 10, duration: '10s', total: 100 });

function assertWhole(timeline: ArrivalTimeline): void {
  let before = 0;
  let phase = 0;
  for (let index = 0; index < timeline.total; index += 1) {
    const dueMs = timeline.dueOffsetMs(index);
    assert.ok(dueMs >= before, `arrival ${index} at ${dueMs} after ${before}`);
    assert.ok(dueMs <= timeline.endOffsetMs);
    assert.ok(timeline.phaseOf(index) >= phase);
    before = dueMs;
    phase = timeline.phaseOf(index);
  }
}

test('due times never fall, none is after the end, and phases come in their order', () => {
  fc.assert(fc.property(loads, loadChanges, (load, changes) => assertWhole(arrivalTimeline(load, changes))));
});

test('the first arrival that is not due yet is the one after the last that is', () => {
  fc.assert(
    fc.property(loads, loadChanges, fc.integer({ min: -10, max: 120_000 }), (load, changes, elapsedMs) => {
      const timeline = arrivalTimeline(load, changes);
      const first = timeline.dueBefore(elapsedMs);
      assert.ok(first >= 0 && first <= timeline.total);
      if (first > 0) assert.ok(timeline.dueOffsetMs(first - 1) < elapsedMs);
      if (first < timeline.total) assert.ok(timeline.dueOffsetMs(first) >= elapsedMs);
    }),
  );
});

test('a load without changes has the arrivals that its figures say', () => {
  fc.assert(fc.property(loads, (load) => assert.equal(arrivalTimeline(load).total, load.total)));
});

test('a change moves no arrival that was due before it', () => {
  fc.assert(
    fc.property(loads, loadChanges, (load, changes) => {
      let before = arrivalTimeline(load);
      changes.forEach((change, at) => {
        const after = arrivalTimeline(load, changes.slice(0, at + 1));
        const past = before.dueBefore(change.atOffsetMs);
        assert.ok(after.total >= past);
        for (let index = 0; index < past; index += 1) {
          assert.equal(after.dueOffsetMs(index), before.dueOffsetMs(index));
          assert.equal(after.phaseOf(index), before.phaseOf(index));
        }
        before = after;
      });
    }),
    FEWER,
  );
});

test('arrivals are the same however they are asked for', () => {
  fc.assert(
    fc.property(loads, loadChanges, fc.array(fc.nat(), { maxLength: 20 }), (load, changes, asked) => {
      const [inOrder, atRandom] = [arrivalTimeline(load, changes), arrivalTimeline(load, changes)];
      const all = Array.from({ length: inOrder.total }, (_, index) => inOrder.dueOffsetMs(index));
      for (const one of all.length === 0 ? [] : asked) {
        assert.equal(atRandom.dueOffsetMs(one % all.length), all[one % all.length]);
      }
    }),
    FEWER,
  );
});

const cases: [
  what: string,
  changes: LoadChange[],
  total: number,
  due: Record<number, number>,
  end: number,
][] = [
  ['nothing', [], 100, { 0: 0, 99: 9900 }, 10_000],
  ['a rate', [{ kind: 'rate', atOffsetMs: 4050, qps: 2 }], 53, { 40: 4000, 41: 4050, 42: 4550 }, 10_000],
  [
    'a pause and a resume',
    [
      { kind: 'pause', atOffsetMs: 1050 },
      { kind: 'resume', atOffsetMs: 3050 },
    ],
    100,
    { 10: 1000, 11: 3100, 99: 11_900 },
    12_000,
  ],
  [
    'a pause without end',
    [{ kind: 'pause', atOffsetMs: 1000 }],
    100,
    { 9: 900, 10: Infinity, 99: Infinity },
    Infinity,
  ],
  ['an extension', [{ kind: 'extend', atOffsetMs: 500, byMs: 5000 }], 150, { 149: 14_900 }, 15_000],
  [
    'a rate in a pause, and an extension',
    [
      { kind: 'pause', atOffsetMs: 5000 },
      { kind: 'rate', atOffsetMs: 6000, qps: 1 },
      { kind: 'extend', atOffsetMs: 7000, byMs: 2000 },
      { kind: 'resume', atOffsetMs: 8000 },
    ],
    57,
    { 49: 4900, 50: 8000, 54: 12_000, 55: 13_000, 56: 14_000 },
    15_000,
  ],
];

for (const [what, changes, total, due, end] of cases) {
  test(`after ${what} the timeline is where arithmetic puts it`, () => {
    const timeline = arrivalTimeline(TEN_A_SECOND, changes);
    for (const [index, dueMs] of Object.entries(due)) {
      assert.equal(timeline.dueOffsetMs(Number(index)), dueMs, `arrival ${index}`);
    }
    assert.deepEqual([timeline.total, timeline.endOffsetMs], [total, end]);
  });
}

test('a change that claims to be earlier than the one before it takes effect with that one', () => {
  const changes: LoadChange[] = [
    { kind: 'rate', atOffsetMs: 5000, qps: 1 },
    { kind: 'rate', atOffsetMs: 100, qps: 2 },
  ];
  const timeline = arrivalTimeline(TEN_A_SECOND, changes);
  assert.equal(timeline.dueBefore(5000), 50);
  assert.equal(timeline.total, 60);
});

test('an arrival that is not there is refused', () => {
  const timeline = arrivalTimeline(TEN_A_SECOND);
  for (const index of [-1, 100, NaN]) assert.throws(() => timeline.dueOffsetMs(index), RangeError);
});
