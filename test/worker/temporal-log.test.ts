import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogger } from '../../src/system/logger.ts';
import { temporalLogger } from '../../src/worker/temporal-log.ts';

function lineOf(
  level: 'INFO' | 'WARN' | 'ERROR',
  meta: Record<string, unknown>,
): Record<string, unknown> | null {
  const written: string[] = [];
  const logger = temporalLogger(createLogger('info', { write: (line) => void written.push(line) }));
  logger.log(level, 'said', meta);
  if (written.length === 0) return null;
  const { time: _time, level: _level, ...line } = JSON.parse(written.join('')) as Record<string, unknown>;
  return line;
}

describe("the SDK's lines in our log", () => {
  it('name run, stage and activity as all other lines do', () => {
    const meta = {
      ...{ sdkComponent: 'worker', workflowId: 'nightly', workflowType: 'sandboxRun', namespace: 'default' },
      ...{
        activityType: 'undoStep',
        activityId: '7',
        workflowRunId: 'x',
        attempt: 3,
        taskQueue: 'sandtide-cleanup',
      },
    };
    assert.deepEqual(lineOf('WARN', { ...meta, error: new Error('password=hunter2') }), {
      ...{ run: 'nightly', stage: 'teardown', activity: 'undoStep', workflow: 'sandboxRun', attempt: 3 },
      executionRunId: 'x',
      ...{ taskQueue: 'sandtide-cleanup', error: 'password=[removed]', msg: 'said' },
    });
  });

  it("of a guard are about the guard's run", () => {
    const line = lineOf('INFO', {
      sdkComponent: 'workflow',
      workflowId: 'a-guard',
      workflowType: 'runGuard',
    });
    assert.deepEqual(line, { run: 'a', workflow: 'runGuard', msg: 'said' });
  });

  it('leave out what the SDK tells of itself, unless it is a warning', () => {
    assert.equal(lineOf('INFO', { sdkComponent: 'core' }), null);
    assert.deepEqual(lineOf('WARN', { sdkComponent: 'core' }), { msg: 'said' });
  });
});
