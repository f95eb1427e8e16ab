import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunReport } from '../../src/report/report.ts';
import { guardWorkflowId } from '../../src/domain/names.ts';
import { guardQuery, retryTeardownUpdate } from '../../workflows/messages.ts';
import { EARLY_CONTINUE_AS_NEW, RunEnvironment } from '../support/run-environment.ts';
import { until } from '../support/until.ts';

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start({ serverArguments: EARLY_CONTINUE_AS_NEW });
});
after(() => env.stop());

describe('a guard that keeps a cluster', () => {
  it('keeps it over a continue-as-new, and takes it down when its time is up', async () => {
    const name = 'kept-for-long';
    const guard = guardWorkflowId(name);
    const limits = { keepMs: 8_000, quietMs: 300 };
    const run = await env.run(name, { through: 'create-cluster', limits });
    await run.result();
    await until('a continue-as-new', async () => {
      // Each word makes its history longer.
      const words = Array.from({ length: 5 }, () => env.guard(name).executeUpdate(retryTeardownUpdate));
      await Promise.allSettled(words);
      return (await env.executionsOf(guard)).length > 1;
    });
    await until('the next one to keep it', async () => {
      const { watched } = await env.guard(name).query(guardQuery);
      return watched[0]?.state === 'keeping';
    });
    assert.deepEqual(env.world.steps(name, 'undo'), []);
    assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    assert.deepEqual(env.world.leftOf(name), []);
  });
});

describe('a guard that tries again and again', () => {
  it('continues as new with what it guards, so that its history stays small, and ends when nothing is left', async () => {
    const name = 'stubborn';
    const guard = guardWorkflowId(name);
    const run = await env.run(name, {
      faults: { hangAt: 'claims', undoFails: { at: 'cluster', times: 1_000 } },
      limits: { teardownDeadlineMs: 300, guardRetryMs: 200, quietMs: 700 },
    });
    await env.world.untilBegun(name, 'claims');
    await run.terminate('by test');
    const executions = await until('two continue-as-new', async () => {
      const runIds = await env.executionsOf(guard);
      return runIds.length >= 3 && runIds;
    });
    for (const runId of executions.slice(0, 2)) {
      const { status, historyLength } = await env.client.workflow.getHandle(guard, runId).describe();
      assert.equal(status.name, 'CONTINUED_AS_NEW');
      assert.ok(historyLength < 100, `${historyLength} events`);
    }
    const [owner = ''] = env.world.owners(name);
    assert.deepEqual(env.world.left(owner), [`${owner}/cluster`]);

    const next = await env.run(name); // is let in between two tries
    assert.equal(((await next.result()) as RunReport).outcome, 'passed');
    assert.deepEqual(env.world.left(owner), [`${owner}/cluster`]);

    env.world.heal(owner);
    assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    assert.deepEqual(env.world.leftOf(name), []);
    assert.deepEqual(env.world.violations, []);
  });
});
