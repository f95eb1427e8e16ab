import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { toFailure } from '../../activities/failures.ts';
import {
  ConflictError,
  InvalidSpecError,
  PermissionDeniedError,
  QuotaExceededError,
  ThrottledError,
  TimedOutError,
  UnavailableError,
  UnworkableError,
} from '../../src/domain/errors.ts';

const happened = { what: 'said no', object: 'cluster st-nightly', next: 'ask again' };

function failureOf(error: unknown): ApplicationFailure {
  const failure = toFailure(error);
  assert.ok(failure instanceof ApplicationFailure);
  return failure;
}

describe('an error of ours', () => {
  const table: [Error, string, 'retried' | 'not retried'][] = [
    [new InvalidSpecError([{ path: 'load.qps', message: 'is missing' }]), 'InvalidSpec', 'not retried'],
    [new QuotaExceededError(happened), 'QuotaExceeded', 'not retried'],
    [new PermissionDeniedError(happened), 'PermissionDenied', 'not retried'],
    [new ConflictError(happened), 'Conflict', 'not retried'],
    [new UnworkableError(happened), 'Unworkable', 'not retried'],
    [new ThrottledError({ ...happened, retryAfterMs: 7_000 }), 'Throttled', 'retried'],
    [new UnavailableError(happened), 'Unavailable', 'retried'],
    [new TimedOutError(happened), 'TimedOut', 'retried'],
  ];
  for (const [error, type, retried] of table) {
    it(`of kind ${type} keeps kind and message and is ${retried}`, () => {
      const failure = failureOf(error);
      assert.equal(failure.type, type);
      assert.equal(failure.message, error.message);
      assert.equal(failure.nonRetryable, retried === 'not retried');
    });
  }

  it('that asks for patience says how much', () => {
    assert.equal(failureOf(new ThrottledError({ ...happened, retryAfterMs: 7_000 })).nextRetryDelay, 7_000);
    assert.equal(failureOf(new UnavailableError(happened)).nextRetryDelay, undefined);
  });

  it('about a spec carries every problem', () => {
    const problems = [
      { path: 'load.qps', message: 'is missing', line: 3, column: 1 },
      { path: 'load.total', message: 'is missing' },
    ];
    assert.deepEqual(failureOf(new InvalidSpecError(problems)).details, [problems]);
  });

  it('about a spec with a flood of problems stays small and says how many there are', () => {
    const problems = Array.from({ length: 50_000 }, (_, index) => ({
      path: `p${index}`,
      message: 'is unknown',
    }));
    const failure = failureOf(new InvalidSpecError(problems));
    const [kept] = failure.details as [{ path: string; message: string }[]];
    assert.deepEqual(kept.at(-1), { path: '', message: 'and 49800 more problems' });
    assert.match(failure.message, /^the spec has 50000 problems/);
    assert.ok(JSON.stringify([failure.message, failure.details]).length < 64 * 1024);
  });
});

describe('any other error', () => {
  it('is retried under its own name, with what its causes say', () => {
    const error = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });
    const failure = failureOf(error);
    assert.equal(failure.type, 'TypeError');
    assert.equal(failure.message, 'fetch failed: connect ECONNREFUSED 127.0.0.1:1');
    assert.equal(failure.nonRetryable, false);
  });

  it('holds no secret in message, cause or stack', () => {
    const error = new Error('Bearer canary-1', { cause: new Error('token: canary-2') });
    const failure = failureOf(error);
    assert.doesNotMatch(`${failure.message} ${failure.stack}`, /canary/);
    assert.match(failure.stack ?? '', /failures\.test\.ts/);
  });

  for (const [thrown, message] of [
    ['a string', 'a string'],
    [undefined, 'something was thrown that says nothing'],
    [new Error(''), 'something was thrown that says nothing'],
  ] as const) {
    it(`may be ${String(thrown)} too`, () => {
      assert.equal(failureOf(thrown).message, message);
    });
  }

  it('that Temporal made goes through untouched', () => {
    for (const failure of [new CancelledFailure('CANCELLED'), ApplicationFailure.retryable('again', 'Own')]) {
      assert.equal(toFailure(failure), failure);
    }
  });
});
