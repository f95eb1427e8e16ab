import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { StepId } from '../../src/domain/plan.ts';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { RunReport } from '../../src/report/report.ts';
import { RunEnvironment } from '../support/run-environment.ts';

const LAST_FIRST: StepId[] = [...STEP_IDS].reverse();

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(() => env.stop());

/** What a workflow that failed shows as its own failure. */
async function failureOf(runName: string): Promise<unknown> {
  const error = await env.client.workflow
    .getHandle(runName)
    .result()
    .catch((error: unknown) => error);
  assert.ok(error instanceof WorkflowFailedError, `${runName} did not fail`);
  return error.cause;
}

async function applicationFailureOf(runName: string): Promise<ApplicationFailure> {
  const failure = await failureOf(runName);
  assert.ok(failure instanceof ApplicationFailure, String(failure));
  return failure;
}

describe('a run', { concurrency: true }, () => {
  it('passes, undoes every step once, last in first out, and releases its guard', async () => {
    const run = await env.run('passes');
    const report = (await run.result()) as RunReport;
    assert.equal(report.outcome, 'passed');
    assert.deepEqual(env.world.steps('passes', 'do'), STEP_IDS);
    assert.deepEqual(env.world.steps('passes', 'undone'), LAST_FIRST);
    assert.equal(await env.untilGuardEnded('passes'), 'COMPLETED');
    assert.deepEqual(env.world.leftOf('passes'), []);
  });

  for (const failAt of STEP_IDS) {
    it(`that fails at ${failAt} undoes every planned step once, last in first out`, async () => {
      const name = `fails-at-${failAt}`;
      await env.run(name, { faults: { failAt } });
      const failure = await applicationFailureOf(name);
      assert.equal(failure.type, 'RunFailed');
      const report = failure.details?.[0] as RunReport;
      assert.equal(report.outcome, 'failed');
      assert.equal(report.failure?.step, failAt);
      assert.equal(report.failure.errorType, 'Unworkable');
      assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
      assert.deepEqual(env.world.leftOf(name), []);
      assert.equal(await env.statusOf(name), 'FAILED');
      assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    });
  }
});
void CancelledFailure;
