import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Leftover, StepId } from '../../src/domain/plan.ts';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { RunReport } from '../../src/report/report.ts';
import { SEARCH_ATTRIBUTES } from '../../src/system/search-attributes.ts';
import { guardQuery } from '../../workflows/messages.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { applicationFailureOf } from '../support/run-failures.ts';
import { until } from '../support/until.ts';

const LAST_FIRST: StepId[] = [...STEP_IDS].reverse();

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(async () => {
  await env.stop();
  assert.deepEqual(env.world.violations, []);
});

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
      const failure = await applicationFailureOf(await env.run(name, { faults: { failAt } }));
      assert.equal(failure.type, 'RunFailed');
      const report = failure.details?.[0] as RunReport;
      assert.equal(report.outcome, 'failed');
      assert.equal(report.failure?.step, failAt);
      assert.equal(report.failure.errorType, 'Unworkable');
      assert.match(failure.message, /is to fail/);
      assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
      assert.deepEqual(env.world.leftOf(name), []);
      assert.equal(await env.statusOf(name), 'FAILED');
      assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    });
  }

  it('of which no claim became ready has failed, with the reasons', async () => {
    const failure = await applicationFailureOf(await env.run('no-data', { faults: { noData: true } }));
    const report = failure.details?.[0] as RunReport;
    assert.equal(report.failure?.errorType, 'NoData');
    assert.match(failure.message, /no claim of 200 became ready \(200 Unschedulable\)/);
    assert.deepEqual(env.world.leftOf('no-data'), []);
  });

  it('of which only the report finds that there is no data has failed, for that reason', async () => {
    const failure = await applicationFailureOf(
      await env.run('reported-no-data', { faults: { reportedNoData: true } }),
    );
    assert.equal(failure.type, 'RunFailed');
    assert.match(failure.message, /failed and was cleaned up: run-claims: No claim was measured\./);
  });

  it('with a bad spec fails at once with every problem, and nothing is created or guarded', async () => {
    const problems = Array.from({ length: 60 }, (_, index) => ({
      path: `load.field${index}`,
      message: `found ${'x'.repeat(100)}, which is not allowed`,
    }));
    const failure = await applicationFailureOf(await env.run('bad-spec', { problems }));
    assert.equal(failure.type, 'InvalidSpec');
    assert.deepEqual(failure.details, [problems]);
    assert.match(failure.message, /the spec has 60 problems; nothing was created/);
    assert.match(failure.message, /load\.field59/);
    assert.deepEqual(env.world.owners('bad-spec'), []);
    await assert.rejects(env.guard('bad-spec').describe(), { name: 'WorkflowNotFoundError' });
    const { events } = await env.client.workflow.getHandle('bad-spec').fetchHistory();
    const attempts = events?.filter((event) => event.activityTaskStartedEventAttributes).length;
    assert.equal(attempts, 1);
  });

  it('with a flood of problems in its spec fails as readably', async () => {
    const problems = Array.from({ length: 20_000 }, (_, index) => ({
      path: `p${index}`,
      message: 'is unknown',
    }));
    const failure = await applicationFailureOf(await env.run('bad-spec-flood', { problems }));
    assert.equal(failure.type, 'InvalidSpec');
    assert.match(failure.message, /^the spec has 20000 problems/);
  });

  it('can be found by stage, provider, lease and outcome', async () => {
    const run = await env.run('found', { searchAttributes: Object.keys(SEARCH_ATTRIBUTES) });
    await run.result();
    const { typedSearchAttributes } = await run.describe();
    const values = Object.fromEntries(
      typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );
    assert.equal(values['SandtideStage'], 'teardown');
    assert.equal(values['SandtideProvider'], 'recording');
    assert.equal(values['SandtideOutcome'], 'passed');
    assert.ok(values['SandtideLeaseEnd'] instanceof Date);
  });

  it('on a server without our search attributes does without them', async () => {
    const run = await env.run('not-found', { searchAttributes: [] });
    assert.equal(((await run.result()) as RunReport).outcome, 'passed');
    assert.deepEqual(
      (await run.describe()).typedSearchAttributes
        .getAll()
        .filter(({ key }) => key.name.startsWith('Sandtide')),
      [],
    );
  });

  it('whose report cannot be written is cleaned up and released all the same, and says so', async () => {
    const failure = await applicationFailureOf(await env.run('no-report', { faults: { noReport: true } }));
    assert.equal(failure.type, 'ReportUnwritten');
    assert.match(failure.message, /no-report passed and was cleaned up, but no report.*disk: is full/);
    assert.deepEqual(env.world.leftOf('no-report'), []);
    assert.equal(await env.untilGuardEnded('no-report'), 'COMPLETED');
    assert.deepEqual(env.world.steps('no-report', 'undone'), LAST_FIRST);
  });

  it('goes on past an undo that fails at first', async () => {
    const run = await env.run('slow-undo', { faults: { undoFails: { at: 'workload', times: 1 } } });
    assert.equal(((await run.result()) as RunReport).outcome, 'passed');
    assert.deepEqual(env.world.steps('slow-undo', 'undone'), LAST_FIRST);
  });

  it('one of whose undos still runs when its time is up does not begin the next before it has surely stopped', async () => {
    const name = 'undo-hangs';
    const run = await env.run(name, {
      faults: { undoHangsAt: 'workload' },
      limits: { teardownDeadlineMs: 1_200, guardRetryMs: 100 },
    });
    const failure = await applicationFailureOf(run);
    assert.equal(failure.type, 'CleanupIncomplete');
    const [owner = ''] = env.world.owners(name);
    env.world.heal(owner);
    assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    assert.deepEqual(env.world.violationsOf(name), []);
  });

  it('whose undo never succeeds undoes the rest, names what is left, and its guard goes on until nothing is', async () => {
    const name = 'undo-fails';
    const run = await env.run(name, {
      faults: { undoFails: { at: 'workload', times: 1_000 } },
      limits: { teardownDeadlineMs: 1_500 },
    });
    const failure = await applicationFailureOf(run);
    assert.equal(failure.type, 'CleanupIncomplete');
    assert.match(failure.message, /left 1 thing behind, 1 undo failed; its guard tries again hourly/);
    const [leftovers, report] = failure.details as [Leftover[], RunReport];
    const [owner = ''] = env.world.owners(name);
    assert.deepEqual(leftovers, [{ kind: 'thing', name: `${owner}/workload`, detail: 'stands' }]);
    assert.equal(report.outcome, 'cleanup-incomplete');
    assert.deepEqual(
      env.world.steps(name, 'undone'),
      LAST_FIRST.filter((step) => step !== 'workload'),
    );
    await until('the guard to give up for now', async () => {
      const { watched } = await env.guard(name).query(guardQuery);
      return watched[0]?.state === 'incomplete';
    });
    assert.equal(await env.statusOf(`${name}-guard`), 'RUNNING');
    env.world.heal(owner);
    assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    assert.deepEqual(env.world.leftOf(name), []);
  });
});
