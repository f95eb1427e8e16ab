import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunReport } from '../../src/report/report.ts';
import { SEARCH_ATTRIBUTES } from '../../src/system/search-attributes.ts';
import { guardQuery, retryTeardownUpdate } from '../../workflows/messages.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { applicationFailureOf } from '../support/run-failures.ts';
import { until } from '../support/until.ts';

const searchAttributes = Object.keys(SEARCH_ATTRIBUTES);

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(async () => {
  await env.stop();
  assert.deepEqual(env.world.violations, []);
});

const detailsOf = async (workflowId: string): Promise<string> => {
  const handle = env.client.workflow.getHandle(workflowId);
  return (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
};

describe('an undo that makes no progress', { concurrency: true }, () => {
  it('raises an alarm on the way, is not stopped by it, and takes it back when it succeeds', async () => {
    const name = 'slow-undo';
    const limits = { undoAlarmMs: 300 };
    const run = await env.run(name, { faults: { undoHangsAt: 'workload' }, limits, searchAttributes });
    await env.untilAlarm(name, 'undo workload');
    assert.match(await detailsOf(name), /Alarm: no end yet\ndelete template/);
    env.world.letGo(name);
    assert.equal(((await run.result()) as RunReport).outcome, 'passed');
    await env.untilAlarm(name, null);
    assert.doesNotMatch(await detailsOf(name), /Alarm/);
    assert.equal(env.world.steps(name, 'undo').filter((step) => step === 'workload').length, 1);
  });

  it('raises none where it ends in time', async () => {
    const name = 'quick-undo';
    await (await env.run(name, { searchAttributes })).result();
    const { events } = await env.client.workflow.getHandle(name).fetchHistory();
    assert.ok(!events?.some((event) => event.timerFiredEventAttributes));
    await env.untilAlarm(name, null);
  });

  it("raises an alarm of the guard's where the guard undoes it", async () => {
    const name = 'slow-guard';
    const faults = { hangAt: 'claims', undoHangsAt: 'cluster' } as const;
    const run = await env.run(name, { faults, limits: { undoAlarmMs: 300 }, searchAttributes });
    await env.world.untilBegun(name, 'claims');
    await run.terminate('by test');
    await env.untilAlarm(`${name}-guard`, 'undo cluster');
    env.world.letGo(name);
    assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
  });
});

describe('a guard that waits for its next try', { concurrency: true }, () => {
  it('tries at once when it is told to, by the command that the failure prints', async () => {
    const name = 'told-to-hurry';
    const run = await env.run(name, {
      faults: { undoFails: { at: 'workload', times: 1_000 } },
      limits: { teardownDeadlineMs: 500, guardRetryMs: 3_600_000 },
    });
    const { message } = await applicationFailureOf(run);
    await until('the guard to wait', async () => {
      return (await env.guard(name).query(guardQuery)).watched[0]?.state === 'incomplete';
    });
    env.world.heal(env.world.owners(name)[0] ?? '');
    const command = /let the guard try now: (.*)$/m.exec(message)?.[1] ?? '';
    assert.match(await env.printed(command), /trying again now/);
    assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    assert.deepEqual(env.world.leftOf(name), []);
  });

  it('says so where there is nothing to try', async () => {
    const name = 'no-hurry';
    const run = await env.run(name, { faults: { hangAt: 'claims' } });
    await env.world.untilBegun(name, 'claims');
    const { message } = await env.guard(name).executeUpdate(retryTeardownUpdate, { args: [] });
    assert.match(message, /nothing is left that waits/);
    env.world.letGo(name);
    await run.result();
  });
});
