import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { RunReport } from '../../src/report/report.ts';
import { retryStageUpdate, tearDownUpdate } from '../../workflows/messages.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { applicationFailureOf } from '../support/run-failures.ts';
import { until } from '../support/until.ts';

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(async () => {
  await env.stop();
  assert.deepEqual(env.world.violations, []);
});

const LAST_FIRST = STEP_IDS.toReversed();
/** Longer than any of these tests. */
const HOLD = { holdMs: 120_000 };
const gathered = (runName: string) => env.world.evidence.filter((entry) => entry.runName === runName);

describe('the evidence of a run', { concurrency: true }, () => {
  for (const failAt of ['cluster', 'warm-pool'] as const) {
    it(`that failed at ${failAt} is gathered once, while all that it made still stands`, async () => {
      const name = `evident-${failAt}`;
      const failure = await applicationFailureOf(await env.run(name, { faults: { failAt } }));
      const [owner = ''] = env.world.owners(name);
      const made = STEP_IDS.slice(0, STEP_IDS.indexOf(failAt) + 1).map((step) => `${owner}/${step}`);
      assert.deepEqual(gathered(name), [{ runName: name, standing: made }]);
      assert.deepEqual(env.world.leftOf(name), []);
      const report = failure.details?.[0] as RunReport;
      assert.deepEqual(report.evidence?.files, [{ name: 'events.txt', bytes: 1 }]);
    });
  }

  it('that passed is not gathered', async () => {
    const report = (await (await env.run('evident-passed')).result()) as RunReport;
    assert.deepEqual(gathered('evident-passed'), []);
    assert.equal(report.evidence, null);
  });

  it('of a stage that is held is there before anybody is asked to decide, once a hold', async () => {
    const name = 'evident-held';
    const faults = { failAt: 'claims', failTimes: 2 } as const;
    const run = await env.run(name, { faults, limits: HOLD });
    const { evidence } = await env.untilHeld(name);
    assert.deepEqual(evidence?.files, [{ name: 'events.txt', bytes: 1 }]);
    const metadata = await run.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    assert.match(metadata.currentDetails, /^Evidence: \/evidence on here$/m);
    assert.equal(gathered(name).length, 1);
    await run.executeUpdate(retryStageUpdate, { args: [{ stage: 'run-claims', hold: 1 }] });
    await env.untilHeld(name, 2);
    await run.executeUpdate(tearDownUpdate, { args: [{ stage: 'run-claims', hold: 2 }] });
    const report = (await applicationFailureOf(run)).details?.[0] as RunReport;
    assert.deepEqual(report.evidence?.files, [{ name: 'events.txt', bytes: 1 }]);
    const [owner = ''] = env.world.owners(name);
    const standing = STEP_IDS.map((step) => `${owner}/${step}`);
    assert.deepEqual(gathered(name), [
      { runName: name, standing },
      { runName: name, standing },
    ]);
  });

  it('of a failure that a retry has mended is no part of the report', async () => {
    const name = 'evident-mended';
    const run = await env.run(name, { faults: { failAt: 'claims', failTimes: 1 }, limits: HOLD });
    await env.untilHeld(name);
    await run.executeUpdate(retryStageUpdate, { args: [{ stage: 'run-claims', hold: 1 }] });
    assert.equal(((await run.result()) as RunReport).evidence, null);
    assert.equal(gathered(name).length, 1);
  });

  it('of a hold is gathered at the end where it could not be had at once, and never keeps a hold from opening', async () => {
    const name = 'evident-late';
    const limits = { ...HOLD, evidenceMs: 400 };
    const run = await env.run(name, { faults: { failAt: 'claims', evidence: 'hangs' }, limits });
    const { evidence } = await env.untilHeld(name);
    assert.match(evidence?.problems[0] ?? '', /timeout/i);
    const [owner = ''] = env.world.owners(name);
    env.world.heal(owner);
    await run.executeUpdate(tearDownUpdate, { args: [{ stage: 'run-claims', hold: 1 }] });
    const report = (await applicationFailureOf(run)).details?.[0] as RunReport;
    env.world.letGo(name);
    assert.deepEqual(report.evidence?.files, [{ name: 'events.txt', bytes: 1 }]);
  });

  it('that is cancelled while it is gathered for a hold is taken down, not held', async () => {
    const name = 'evident-until-cancelled';
    const faults = { failAt: 'claims', evidence: 'hangs' } as const;
    const run = await env.run(name, { faults, limits: HOLD });
    await until('the gathering', () => gathered(name).length > 0);
    await run.cancel();
    env.world.letGo(name);
    assert.equal(await env.untilClosed(name), 'CANCELLED');
    assert.equal((await env.progress(name)).hold, null);
    assert.deepEqual(env.world.leftOf(name), []);
  });

  it('that was cancelled is not gathered', async () => {
    const run = await env.run('evident-cancelled', { faults: { hangAt: 'warm-pool' } });
    await env.world.untilBegun('evident-cancelled', 'warm-pool');
    await run.cancel();
    assert.equal(await env.untilClosed('evident-cancelled'), 'CANCELLED');
    assert.deepEqual(gathered('evident-cancelled'), []);
  });

  for (const evidence of ['fails', 'hangs'] as const) {
    it(`that ${evidence} costs no more than itself: the unwind is whole, and the report says why`, async () => {
      const name = `evidence-${evidence}`;
      const failure = await applicationFailureOf(
        await env.run(name, { faults: { failAt: 'claims', evidence }, limits: { evidenceMs: 400 } }),
      );
      env.world.letGo(name);
      assert.equal(failure.type, 'RunFailed');
      assert.match(failure.message, /claims: is to fail/);
      assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
      const report = failure.details?.[0] as RunReport;
      assert.deepEqual(report.evidence?.files, []);
      assert.match(report.evidence.problems[0] ?? '', evidence === 'fails' ? /is blind/ : /timeout/i);
      assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    });
  }
});
