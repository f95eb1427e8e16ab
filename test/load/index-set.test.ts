import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { IndexSet } from '../../src/load/index-set.ts';

test('holds exactly what was added', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50_000)), fc.array(fc.nat(50_000)), (added, others) => {
      const set = new IndexSet();
      const model = new Set<number>();
      for (const index of added) {
        assert.equal(set.add(index), !model.has(index));
        model.add(index);
      }
      for (const index of [...added, ...others]) assert.equal(set.has(index), model.has(index));
      assert.equal(set.size, model.size);
      assert.equal(set.last, Math.max(-1, ...model));
    }),
  );
});
