import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { PATIENCE, parseRetryAfter, waitAfterFailure } from '../../src/kubernetes/backoff.ts';

const random = fc.double({ min: 0, max: 0.999, noNaN: true });

test('never waits less than Retry-After asks for, up to its cap', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(60_000), random, (failures, asked, chance) => {
      const wait = waitAfterFailure(failures + 1, asked, chance, PATIENCE);
      assert.ok(wait >= Math.min(asked, PATIENCE.retryAfterCapMs));
      assert.ok(wait <= PATIENCE.retryAfterCapMs * 1.2);
    }),
  );
});

test('without Retry-After waits double up to the cap, with at least half of each', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), random, (failures, chance) => {
      const ceiling = Math.min(PATIENCE.capMs, PATIENCE.baseMs * 2 ** (failures - 1));
      const wait = waitAfterFailure(failures, null, chance, PATIENCE);
      assert.ok(wait >= ceiling / 2 && wait <= ceiling);
    }),
  );
});

test('reads Retry-After as seconds and as a date', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');
  assert.equal(parseRetryAfter('2', now), 2_000);
  assert.equal(parseRetryAfter('Tue, 24 Nov 2026 12:00:07 GMT', now), 7_000);
  assert.equal(parseRetryAfter('Tue, 24 Nov 2026 11:00:00 GMT', now), 0);
  assert.equal(parseRetryAfter('soon', now), null);
  assert.equal(parseRetryAfter(undefined, now), null);
});
