import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { anythingAtAll, nearlySpecs, validSpecs } from './spec-samples.ts';

/** A hang fails the test instead of the whole suite. */
const NO_HANG = { timeout: 300_000 };

function resolvedOrRefused(input: unknown): void {
  try {
    resolveSpec(input);
  } catch (error) {
    assert.ok(error instanceof InvalidSpecError, String(error));
    assert.ok(error.problems.length > 0);
    for (const { path, message } of error.problems) {
      assert.notEqual(message, '');
      assert.doesNotMatch(path + message, /[\p{Cc}\p{Cs}]/u, 'a message can carry no control characters');
      assert.ok(path.length + message.length < 2000, 'a message stays readable');
    }
  }
}

test('whatever a spec is, it is resolved or refused as a spec', NO_HANG, () => {
  fc.assert(fc.property(anythingAtAll, resolvedOrRefused), { numRuns: 300 });
});

test('a spec with one value replaced by anything is resolved or refused as a spec', NO_HANG, () => {
  fc.assert(fc.property(nearlySpecs, resolvedOrRefused), { numRuns: 300 });
});

test('a right spec is resolved, and resolving it again gives itself', NO_HANG, () => {
  fc.assert(
    fc.property(validSpecs, (input) => {
      const spec = resolveSpec(input);
      assert.deepEqual(resolveSpec(spec), spec);
    }),
  );
});

test('a resolved spec comes back from history as it went in', NO_HANG, () => {
  fc.assert(
    fc.property(validSpecs, (input) => {
      const spec = resolveSpec(input);
      const frozen: unknown = JSON.parse(JSON.stringify(spec));
      assert.deepEqual(frozen, spec);
      assert.deepEqual(resolveSpec(frozen), spec);
    }),
  );
});

test('resolving leaves the input as it was', NO_HANG, () => {
  fc.assert(
    fc.property(validSpecs, (input) => {
      const before = structuredClone(input);
      resolveSpec(input);
      assert.deepEqual(input, before);
    }),
  );
});
