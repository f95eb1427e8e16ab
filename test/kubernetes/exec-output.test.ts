import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SandtideError } from '../../src/domain/errors.ts';
import { OUTPUT_LIMIT_BYTES, createCapture, exitCodeOf } from '../../src/kubernetes/exec-output.ts';

const ASKED = { verb: 'exec', object: 'Pod a/b' };

test('reads exit codes from the status that ends an exec', () => {
  assert.equal(exitCodeOf(ASKED, '{"metadata":{},"status":"Success"}'), 0);
  const failed = {
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '137' }] },
  };
  assert.equal(exitCodeOf(ASKED, JSON.stringify(failed)), 137);
});

test('a command that was never run is an error, not an exit code', () => {
  const status = { status: 'Failure', reason: 'InternalError', code: 500, message: 'no such container' };
  assert.throws(() => exitCodeOf(ASKED, JSON.stringify(status)), /Pod a\/b: exec failed.*no such container/);
  assert.throws(() => exitCodeOf(ASKED, 'not json'), SandtideError);
  assert.throws(() => exitCodeOf(ASKED, 'null'), SandtideError);
});

test('output is kept up to its bound, characters whole across chunks', () => {
  const capture = createCapture();
  const wave = Buffer.from('🌊');
  capture.add(wave.subarray(0, 2));
  capture.add(wave.subarray(2));
  assert.equal(capture.text(), '🌊');
  for (let i = 0; i < 100; i++) capture.add(Buffer.alloc(1024, 'x'));
  assert.equal(Buffer.byteLength(capture.text()), OUTPUT_LIMIT_BYTES);
});
