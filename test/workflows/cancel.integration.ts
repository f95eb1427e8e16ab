import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CancelledFailure } from '@temporalio/common';
import type { StepId } from '../../src/domain/plan.ts';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { RunReport } from '../../src/report/report.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { failureOf } from '../support/run-failures.ts';

const LAST_FIRST: StepId[] = [...STEP_IDS].reverse();

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(async () => {
  await env.stop();
  assert.deepEqual(env.world.violations, []);
});

async function assertCancelledClean(name: string): Promise<void> {
  const failure = await failureOf(env.client.workflow.getHandle(name));
  assert.ok(failure instanceof CancelledFailure, String(failure));
  assert.equal(await env.statusOf(name), 'CANCELLED'); // the SDK's spelling
  assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
  assert.deepEqual(env.world.leftOf(name), []);
  const { report, phase } = await env.progress(name);
  assert.equal((report as RunReport).outcome, 'cancelled');
  assert.equal(phase, 'done');
  assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
}

describe('a cancelled run', { concurrency: true }, () => {
  for (const hangAt of STEP_IDS) {
    it(`waits for ${hangAt} to stop, then undoes every step once, last in first out`, async () => {
      const name = `cancelled-at-${hangAt}`;
      const run = await env.run(name, { faults: { hangAt } });
      await env.world.untilBegun(name, hangAt);
      await run.cancel();
      await assertCancelledClean(name);
      assert.deepEqual(env.world.steps(name, 'do'), STEP_IDS.slice(0, STEP_IDS.indexOf(hangAt)));
    });
  }

  it('unwinds once, however often it is cancelled', async () => {
    const name = 'cancelled-often';
    const run = await env.run(name, { faults: { hangAt: 'warm-pool', undoHangsAt: 'workload' } });
    await env.world.untilBegun(name, 'warm-pool');
    for (let time = 0; time < 5; time += 1) await run.cancel();
    await env.world.untilUndoing(name, 'workload');
    for (let time = 0; time < 5; time += 1) await run.cancel();
    env.world.letGo(name);
    await assertCancelledClean(name);
  });

  it('that was unwinding already ends as it would have', async () => {
    const name = 'cancelled-in-unwind';
    const run = await env.run(name, { faults: { undoHangsAt: 'agent-sandbox' } });
    await env.world.untilUndoing(name, 'agent-sandbox');
    await run.cancel();
    env.world.letGo(name);
    assert.equal(((await run.result()) as RunReport).outcome, 'passed');
    assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
  });

  it('whose worker is dead unwinds once the step has timed out, and counts as cancelled', async () => {
    const name = 'cancelled-dead';
    const run = await env.run(name, { faults: { deadAt: 'agent-sandbox' } });
    await env.world.untilBegun(name, 'agent-sandbox');
    await run.cancel();
    await assertCancelledClean(name);
    env.world.letGo(name);
  });
});

describe('a run that is cancelled before a worker has seen it', () => {
  it('creates nothing, and has a report', async () => {
    const name = 'cancelled-before';
    await env.stopWorkers();
    const run = await env.run(name);
    await run.cancel();
    await env.startWorkers();
    await assertCancelledClean(name);
    assert.deepEqual(env.world.steps(name, 'begin'), []);
  });
});
