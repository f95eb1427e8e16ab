import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOf } from '../../src/cli/retry-command.ts';
import { ConflictError } from '../../src/domain/errors.ts';
import type { StageStart } from '../../src/domain/operator-commands.ts';

const start = (stage: StageStart['stage'], eventId: number): StageStart => ({
  stage,
  eventId,
  executionRunId: 'run-1',
});
const STARTS = [start('create-cluster', 11), start('install-agent-sandbox', 17), start('run-claims', 35)];
const failedAt = (stage: string) => ({ failure: { stage } });

describe('the stage with which a run begins again', () => {
  it('is the one that was asked for', () => {
    assert.equal(startOf('nightly', { starts: STARTS, report: null }, 'create-cluster').eventId, 11);
  });

  it('is the one that failed where none was asked for', () => {
    const report = failedAt('install-agent-sandbox');
    assert.equal(startOf('nightly', { starts: STARTS, report }, undefined).eventId, 17);
  });

  it('is the last one that was begun where nothing says which failed', () => {
    assert.equal(startOf('nightly', { starts: STARTS, report: null }, undefined).eventId, 35);
  });

  it('is refused where it was never begun, naming those that were', () => {
    const begun = { starts: STARTS.slice(0, 1), report: failedAt('create-cluster') };
    assert.throws(
      () => startOf('nightly', begun, 'run-claims'),
      /never began run-claims; begun were create-cluster/,
    );
    assert.throws(() => startOf('nightly', { starts: [], report: null }, undefined), ConflictError);
  });
});
