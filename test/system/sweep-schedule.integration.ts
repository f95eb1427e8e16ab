import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Client } from '@temporalio/client';
import { ensureSweepSchedule, SWEEP_SCHEDULE_ID } from '../../src/system/sweep-schedule.ts';
import { RUN_TASK_QUEUE, SANDTIDE_SWEEP } from '../../workflows/messages.ts';
import type { SweepResult } from '../../workflows/sweep.ts';
import { ownedCluster, RecordingProvider } from '../support/recording-provider.ts';
import { SweepEnvironment } from '../support/sweep-environment.ts';
import { until } from '../support/until.ts';

const ACTION = { workflowType: SANDTIDE_SWEEP, taskQueue: RUN_TASK_QUEUE };

describe('the schedule of the sweep', { timeout: 180_000 }, () => {
  const environment = new SweepEnvironment();
  before(() => environment.start());
  after(() => environment.stop());
  beforeEach(async () => {
    await schedule()
      .delete()
      .catch(() => undefined);
  });

  const schedule = () => environment.client.schedule.getHandle(SWEEP_SCHEDULE_ID);
  const ensure = (client = environment.client, action = ACTION) => ensureSweepSchedule(client, action);

  it('is made once, however many workers start at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => ensure()));
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), [
      'as-it-was',
      'as-it-was',
      'as-it-was',
      'as-it-was',
      'as-it-was',
      'created',
    ]);
  });

  it('sweeps every quarter of an hour, one pass at a time, and makes up for none that was missed', async () => {
    await ensure();
    const { spec, action, policies } = await schedule().describe();
    assert.deepEqual(
      spec.intervals?.map(({ every }) => every),
      [15 * 60_000],
    );
    assert.deepEqual([policies.overlap, policies.catchupWindow], ['SKIP', 60_000]);
    assert.deepEqual([action.workflowType, action.taskQueue], [SANDTIDE_SWEEP, RUN_TASK_QUEUE]);
    assert.deepEqual(action.args, [{ apply: true }]);
  });

  it('stays as an operator has set it, while what is ours is brought up to date', async () => {
    await ensure(environment.client, { workflowType: 'oldSweep', taskQueue: 'old' });
    const theirs = { apply: true, protect: ['nightly'] };
    await schedule().update((found) => ({
      ...found,
      spec: { intervals: [{ every: '1 hour' }] },
      action: { ...found.action, args: [theirs] },
      state: { ...found.state, paused: true, note: 'not today' },
    }));
    assert.deepEqual(await ensure(), { kind: 'updated' });
    const { spec, action, state } = await schedule().describe();
    assert.deepEqual([action.workflowType, action.taskQueue], [SANDTIDE_SWEEP, RUN_TASK_QUEUE]);
    assert.deepEqual(action.args, [theirs]);
    assert.deepEqual(
      spec.intervals?.map(({ every }) => every),
      [3_600_000],
    );
    assert.deepEqual([state.paused, state.note], [true, 'not today']);
    assert.deepEqual(await ensure(), { kind: 'as-it-was' });
  });

  it('is done without, where the server refuses it', async () => {
    const client = new Client({ connection: environment.server.connection, namespace: 'nowhere' });
    const outcome = await ensure(client);
    assert.equal(outcome.kind, 'refused');
    assert.match(outcome.kind === 'refused' ? outcome.message : '', /\w/);
  });

  it("starts passes that remove what is nobody's, and skips one while another is under way", async () => {
    await ensure();
    const provider = environment.with(new RecordingProvider([ownedCluster(1), ownedCluster(2)]), {
      '0000000002': 'open',
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    provider.hold = promise;
    await schedule().update((found) => ({ ...found, spec: { intervals: [{ every: '1 second' }] } }));
    const skipped = async () => (await schedule().describe()).info.numActionsSkippedOverlap > 0;
    await until('a pass that is skipped', skipped, { everyMs: 500 });
    await schedule().pause();
    assert.equal(provider.removals, 1);
    resolve();
    const { info } = await schedule().describe();
    const [pass] = info.recentActions;
    assert.ok(pass !== undefined);
    const { workflowId, firstExecutionRunId } = pass.action.workflow;
    const result = (await environment.client.workflow
      .getHandle(workflowId, firstExecutionRunId)
      .result()) as SweepResult;
    assert.deepEqual([result.applied, result.counts.removed, result.counts.inUse], [true, 1, 1]);
    assert.deepEqual(provider.removed, ['st-run-1-0000000001']);
  });
});
