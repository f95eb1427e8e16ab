import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Lease } from '../../src/domain/lease.ts';
import { extendedLease, laterLease, withLease } from '../../src/domain/lease.ts';
import { LABELS } from '../../src/domain/names.ts';
import { planOf } from './sample-plan.ts';

const leases: fc.Arbitrary<Lease> = fc
  .tuple(fc.nat({ max: 4e9 }), fc.nat({ max: 1e7 }))
  .map(([leaseUntilSeconds, room]) => ({ leaseUntilSeconds, leaseCapSeconds: leaseUntilSeconds + room }));

describe('a lease that is extended', () => {
  it('never ends earlier than it did, nor beyond its cap, and is as long as asked for between the two', () => {
    fc.assert(
      fc.property(leases, fc.double({ min: 0, max: 5e9, noNaN: true }), (lease, until) => {
        const { leaseUntilSeconds, leaseCapSeconds } = extendedLease(lease, until);
        assert.ok(leaseUntilSeconds >= lease.leaseUntilSeconds);
        assert.ok(leaseUntilSeconds <= lease.leaseCapSeconds);
        assert.equal(leaseCapSeconds, lease.leaseCapSeconds);
        if (until <= lease.leaseCapSeconds) assert.ok(leaseUntilSeconds >= until);
      }),
    );
  });

  it('of two that are held against each other keeps the later end and the later cap', () => {
    fc.assert(
      fc.property(leases, leases, (one, other) => {
        const later = laterLease(one, other);
        assert.deepEqual(later, laterLease(other, one));
        assert.ok(later.leaseUntilSeconds <= later.leaseCapSeconds);
        assert.ok(later.leaseUntilSeconds >= Math.max(one.leaseUntilSeconds, other.leaseUntilSeconds));
      }),
    );
  });
});

describe('a plan under another lease', () => {
  it('says so in its labels, and is the same in all else', () => {
    const plan = planOf();
    const other = withLease(plan, { leaseUntilSeconds: 7_000, leaseCapSeconds: 9_000 });
    assert.equal(other.labels[LABELS.leaseUntil], '7000');
    const { leaseUntilSeconds, leaseCapSeconds, labels } = plan;
    assert.deepEqual({ ...other, leaseUntilSeconds, leaseCapSeconds, labels }, plan);
  });
});
