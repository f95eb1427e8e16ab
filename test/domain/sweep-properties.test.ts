import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { SweepDecision } from '../../src/domain/sweep-decision.ts';
import { countSweep, decideSweep } from '../../src/domain/sweep-decision.ts';
import { inventories, mayGo, policies } from './sweep-inventories.ts';

const RUNS = { numRuns: 5_000 };

describe('over random inventories, a sweep', () => {
  it("removes nothing that is another's, in use, protected or not labelled", () => {
    fc.assert(
      fc.property(inventories, policies, (inventory, policy) => {
        for (const decision of removals(decideSweep(inventory, policy)))
          assert.ok(mayGo(decision, policy), JSON.stringify(decision));
      }),
      RUNS,
    );
  });

  it('never touches a run that is open or guarded while its lease runs', () => {
    fc.assert(
      fc.property(inventories, policies, (inventory, policy) => {
        for (const { cluster, ownerState } of removals(decideSweep(inventory, policy))) {
          if (ownerState === 'open' || ownerState === 'guarded')
            assert.ok(cluster.leaseUntilSeconds < policy.nowSeconds);
        }
      }),
      RUNS,
    );
  });

  it('removes as many as may go, up to its most', () => {
    fc.assert(
      fc.property(inventories, policies, (inventory, policy) => {
        const due = inventory.filter((asked) => mayGo(asked, policy));
        const removed = removals(decideSweep(inventory, policy));
        assert.equal(removed.length, Math.min(due.length, policy.maxRemovals));
        const kept = due.filter(({ cluster }) => !removed.some((one) => one.cluster === cluster));
        const latest = Math.max(...removed.map(({ cluster }) => cluster.leaseUntilSeconds));
        for (const { cluster } of kept)
          if (removed.length > 0) assert.ok(cluster.leaseUntilSeconds >= latest, 'the longest overdue first');
      }),
      RUNS,
    );
  });

  it('decides the same whatever the order of the inventory, and changes none of it', () => {
    fc.assert(
      fc.property(inventories, policies, fc.infiniteStream(fc.nat()), (inventory, policy, order) => {
        const before = structuredClone(inventory);
        const shuffled = inventory
          .map((asked) => ({ asked, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ asked }) => asked);
        assert.deepEqual(decideSweep(shuffled, policy), decideSweep(inventory, policy));
        assert.deepEqual(inventory, before);
      }),
      RUNS,
    );
  });

  it('accounts for every cluster once, each with a reason in words', () => {
    fc.assert(
      fc.property(inventories, policies, (inventory, policy) => {
        const decisions = decideSweep(inventory, policy);
        assert.deepEqual(
          new Set(decisions.map(({ cluster }) => cluster)),
          new Set(inventory.map(({ cluster }) => cluster)),
        );
        const { seen, remove, inUse, protected: kept, refused, postponed } = countSweep(decisions);
        assert.equal(seen, inventory.length);
        assert.equal(remove + inUse + kept + refused + postponed, seen);
        assert.equal(remove, removals(decisions).length);
        for (const { reason } of decisions) assert.match(reason, /\w{4}/);
      }),
      RUNS,
    );
  });
});

const removals = (decisions: SweepDecision[]) => decisions.filter(({ action }) => action === 'remove');
