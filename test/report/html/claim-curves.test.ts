import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ClaimCurvesBuilder } from '../../../src/report/html/claim-curves.ts';
import { TimeBins } from '../../../src/report/html/time-bins.ts';
import { claimOf } from './sample-claims.ts';

describe('bins of time', () => {
  it('lose nothing and stay bounded, in whatever order moments come', () => {
    const moments = fc.array(fc.integer({ min: 1_700_000_000_000, max: 1_700_900_000_000 }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(moments, (times) => {
        const bins = new TimeBins();
        for (const time of times) bins.count('due', time);
        const { counts, binMs } = bins.result()!;
        assert.equal(
          counts.reduce((sum, { due }) => sum + due, 0),
          times.length,
        );
        assert.ok(counts.length <= 240);
        assert.ok(counts.length * binMs >= Math.max(...times) - Math.min(...times));
        // No wider than it takes: half of the width would not have reached.
        if (binMs > 250) assert.ok(counts.length > 119);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the curves of a load', () => {
  it('count each claim where it was due, sent, ready and deleted', () => {
    const curves = new ClaimCurvesBuilder();
    curves.add(claimOf({ dueMs: 1000, sentMs: 1001, readyMs: 1300, releasedMs: 1700 }));
    curves.add(claimOf({ dueMs: 1500, sentMs: 1501, readyMs: null, releasedMs: 1800 }));
    const result = curves.result();
    assert.deepEqual(
      result?.bins.map(({ due, sent, ready, ended, live }) => [due, sent, ready, ended, live]),
      [
        [1, 1, 0, 0, 1],
        [0, 0, 1, 1, 1],
        [1, 1, 0, 0, 1],
        [0, 0, 0, 1, 0],
      ],
    );
    assert.equal(result.binSeconds, 0.25);
  });

  it('give the latency that so many claims kept to, warm and cold apart', () => {
    const curves = new ClaimCurvesBuilder();
    for (let index = 1; index <= 1000; index += 1) {
      curves.add(claimOf({ dueMs: 0, sentMs: 1, readyMs: index, releasedMs: index, launch: 'warm' }));
      curves.add(claimOf({ dueMs: 0, sentMs: 1, readyMs: 5000, releasedMs: 5000, launch: 'cold' }));
    }
    const of = (split: string) =>
      (curves.result()?.quantiles ?? []).filter(
        (point) => point.series === 'dueToReady' && point.split === split,
      );
    const at99 = of('warm').find(({ below }) => Math.abs(below - 0.99) < 1e-9);
    assert.ok(Math.abs((at99?.ms ?? 0) - 990) <= 1, String(at99?.ms));
    assert.ok(of('cold').every(({ ms }) => Math.abs(ms - 5000) < 5));
  });

  it('are none where there was no claim', () => {
    assert.equal(new ClaimCurvesBuilder().result(), null);
  });
});
