import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { listedRun } from '../../src/cli/listed-run.ts';

const STARTED = new Date('2026-11-25T10:00:00Z');

function execution(status: string, marks: Record<string, string>, closeTime?: Date): WorkflowExecutionInfo {
  const typedSearchAttributes = new TypedSearchAttributes(
    Object.entries(marks).map(([name, value]) => ({
      key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
      value,
    })),
  );
  const base = { workflowId: 'nightly', runId: 'r1', startTime: STARTED, status: { code: 1, name: status } };
  return { ...base, closeTime, typedSearchAttributes } as unknown as WorkflowExecutionInfo;
}

describe('a run in the list', () => {
  it('that is open says its state and stage, and how long it has been going', () => {
    const marks = { SandtideStage: 'run-claims', SandtideState: 'held', SandtideProvider: 'local' };
    const run = listedRun(execution('RUNNING', marks), STARTED.getTime() + 64_000);
    assert.deepEqual(
      [run.status, run.stage, run.provider, run.outcome, run.took],
      ['held', 'run-claims', 'local', null, '1m4s'],
    );
  });

  it('that has ended says how, and no stage any more', () => {
    const marks = { SandtideStage: 'teardown', SandtideState: 'unwinding', SandtideOutcome: 'passed' };
    const run = listedRun(execution('COMPLETED', marks, new Date('2026-11-25T10:00:31Z')));
    assert.deepEqual(
      [run.status, run.stage, run.outcome, run.took, run.endedAt],
      ['completed', null, 'passed', '31s', '2026-11-25T10:00:31.000Z'],
    );
  });

  it('whose server knows none of our search attributes still has a status', () => {
    assert.equal(listedRun(execution('RUNNING', {})).status, 'running');
    assert.equal(listedRun(execution('TIMED_OUT', {}, STARTED)).status, 'timed-out');
  });
});
