import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { RunReport } from '../../src/report/report.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { applicationFailureOf } from '../support/run-failures.ts';

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(async () => {
  await env.stop();
  assert.deepEqual(env.world.violations, []);
});

const LAST_FIRST = STEP_IDS.toReversed();
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
