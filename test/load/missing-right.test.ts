import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PermissionDeniedError, UnavailableError } from '../../src/domain/errors.ts';
import { MissingRight } from '../../src/load/missing-right.ts';

const happened = { object: 'SandboxClaim team-a/c-1', what: 'create failed', next: 'ask' };
const refusal = new PermissionDeniedError(happened);
const told = (right: MissingRight, errors: Error[]) => errors.map((error) => right.isToldBy(error));

describe('a right is missing', () => {
  it('where the first three calls were refused', () => {
    assert.deepEqual(told(new MissingRight(20), [refusal, refusal, refusal, refusal]), [
      false,
      false,
      true,
      true,
    ]);
  });

  it('where there is one call only, and it was refused', () => {
    assert.deepEqual(told(new MissingRight(1), [refusal]), [true]);
  });

  it('not where one was allowed before', () => {
    const right = new MissingRight(20);
    assert.deepEqual(told(right, [refusal, refusal]), [false, false]);
    right.granted();
    assert.deepEqual(told(right, [refusal, refusal]), [false, false]);
  });

  it('not where calls failed for another reason', () => {
    const lost = new UnavailableError(happened);
    assert.deepEqual(told(new MissingRight(20), [lost, lost, lost, lost]), [false, false, false, false]);
  });
});
