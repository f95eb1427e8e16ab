import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { guardWorkflowId } from '../../src/domain/names.ts';
import { SWEEP_SCHEDULE_ID } from '../../src/system/sweep-schedule.ts';
import type { SweepResult } from '../../workflows/sweep.ts';
import { SMALL_SPEC, TemporalHome } from '../support/temporal-home.ts';
import { until } from '../support/until.ts';

describe('the sweep of a real worker', { timeout: 300_000 }, () => {
  const home = new TemporalHome();
  before(async () => {
    await home.startServer();
    // Long enough to be looked at while it is under way.
    const load = { ...SMALL_SPEC.load, duration: '5m' };
    writeFileSync(join(home.folder, 'long.json'), JSON.stringify({ ...SMALL_SPEC, load }));
  });
  after(() => home.end());

  const schedule = () => home.client.schedule.getHandle(SWEEP_SCHEDULE_ID);
  const isScheduled = () =>
    schedule()
      .describe()
      .then(
        () => true,
        () => false,
      );

  it('is not scheduled by a worker that dies with its session', async () => {
    const worker = home.sandtide('worker', '--address', home.address, '--session', 'embedded-0123456789');
    await until('the worker', () => worker.output().includes('worker is polling') || null);
    assert.equal(await isScheduled(), false);
    worker.child.kill('SIGTERM');
    await worker.ended;
  });

  it('is scheduled by an ordinary worker, and another one leaves it as it is', async () => {
    const first = await home.startWorker();
    assert.match(first.output(), /"schedule":"created"/);
    const second = await home.startWorker();
    assert.match(second.output(), /"schedule":"as-it-was"/);
    second.child.kill('SIGTERM');
    await second.ended;
  });

  it("removes what a run left that was ended by force together with its guard, and no other run's", async () => {
    await home.startRun('left');
    await home.untilRunning('left', 'claims');
    await home.temporal('workflow', 'terminate', '--workflow-id', guardWorkflowId('left'));
    await home.temporal('workflow', 'terminate', '--workflow-id', 'left');
    await home.startRun('live', join(home.folder, 'long.json'));
    await home.untilRunning('live', 'claims');

    const told = await until('the end of the last activity of that run', async () => {
      const dry = home.sandtide('sweep', '--address', home.address);
      assert.equal(await dry.ended, 0, dry.output());
      return /^remove .* left .* its run has ended and nobody guards it$/m.test(dry.stdout()) && dry.stdout();
    });
    assert.match(told, /^keep .* live .* its run is open; lease until /m);

    const refused = home.sandtide('teardown', 'live', '--yes', '--address', home.address);
    assert.equal(await refused.ended, 1, refused.output());
    assert.match(refused.output(), /run live: it is open and uses st-live-.*sandtide cancel live/);

    await home.temporal('schedule', 'trigger', '--schedule-id', SWEEP_SCHEDULE_ID);
    const pass = await until('the pass', async () => (await schedule().describe()).info.recentActions[0]);
    const { workflowId, firstExecutionRunId } = pass.action.workflow;
    const result = (await home.client.workflow
      .getHandle(workflowId, firstExecutionRunId)
      .result()) as SweepResult;
    assert.deepEqual([result.counts.removed, result.counts.inUse, result.counts.failed], [1, 1, 0]);
    assert.equal(result.swept[0]?.runName, 'left');
    assert.equal(await home.sandtide('cancel', 'live', '--address', home.address).ended, 0);
    assert.equal(await home.untilClosed('live'), 'CANCELLED');
    assert.equal(await home.untilGuardEnded('live'), 'COMPLETED');
    assert.deepEqual(home.clustersLeft(), []);
  });
});
