import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowFailedError } from '@temporalio/client';
import { PermissionDeniedError } from '../../src/domain/errors.ts';
import { RUN_TASK_QUEUE, SANDTIDE_SWEEP } from '../../workflows/messages.ts';
import type { SweepResult } from '../../workflows/sweep.ts';
import { ownedCluster, RecordingProvider } from '../support/recording-provider.ts';
import { SweepEnvironment } from '../support/sweep-environment.ts';
import { until } from '../support/until.ts';

describe('the sweep as a workflow', { timeout: 180_000 }, () => {
  const environment = new SweepEnvironment();
  let number = 0;
  before(() => environment.start());
  after(() => environment.stop());

  const start = (...args: [request?: unknown]) =>
    environment.client.workflow.start(SANDTIDE_SWEEP, {
      workflowId: `sweep-${(number += 1)}`,
      taskQueue: RUN_TASK_QUEUE,
      args,
    });
  const sweep = async (...args: [request?: unknown]): Promise<SweepResult> =>
    (await start(...args)).result() as Promise<SweepResult>;

  const three = () => new RecordingProvider([1, 2, 3].map((each) => ownedCluster(each)));

  it("removes what is nobody's, keeps the rest, and gives account of both", async () => {
    const provider = environment.with(three(), { '0000000002': 'open' });
    const result = await sweep({ apply: true, protect: ['run-3'] });
    assert.deepEqual(provider.removed, ['st-run-1-0000000001']);
    assert.deepEqual(result, {
      applied: true,
      counts: {
        seen: 3,
        remove: 1,
        inUse: 1,
        protected: 1,
        refused: 0,
        postponed: 0,
        removed: 1,
        gone: 0,
        failed: 0,
      },
      swept: [
        {
          provider: 'local',
          cluster: 'st-run-1-0000000001',
          owner: '0000000001',
          runName: 'run-1',
          reason: 'its run has ended and nobody guards it',
          outcome: 'removed',
          detail: null,
        },
      ],
      kept: [
        {
          provider: 'local',
          cluster: 'st-run-2-0000000002',
          owner: '0000000002',
          runName: 'run-2',
          action: 'keep',
          cause: 'in-use',
          reason: 'its run is open; lease until 2027-01-15T08:00:00Z',
        },
        {
          provider: 'local',
          cluster: 'st-run-3-0000000003',
          owner: '0000000003',
          runName: 'run-3',
          action: 'keep',
          cause: 'protected',
          reason: 'protected by "run-3"',
        },
      ],
      problems: [],
    });
  });

  it('writes its counts into the log', async () => {
    environment.with(three());
    const before = environment.logged.length;
    await sweep({ apply: true });
    const line = environment.logged.slice(before).find(({ message }) => message === 'sweep');
    const { applied, seen, removed, failed } = line?.meta ?? {};
    assert.deepEqual({ applied, seen, removed, failed }, { applied: true, seen: 3, removed: 3, failed: 0 });
  });

  it('touches nothing unless it is told to apply', async () => {
    for (const request of [undefined, null, {}, { apply: false }]) {
      const provider = environment.with(three());
      const { applied, counts, swept } = await sweep(request);
      assert.equal(applied, false);
      assert.deepEqual([counts.remove, counts.removed, provider.removals], [3, 0, 0]);
      assert.deepEqual(new Set(swept.map(({ outcome }) => outcome)), new Set(['planned']));
    }
  });

  it('tries a removal again that fails', async () => {
    const provider = environment.with(three());
    provider.removeFailures.set('st-run-2-0000000002', 1);
    const { counts } = await sweep({ apply: true });
    assert.deepEqual([counts.removed, counts.failed], [3, 0]);
    assert.equal(provider.removals, 4);
  });

  it('goes on past a removal that can never work, and says why', async () => {
    const provider = environment.with(three());
    provider.removeErrors.set(
      'st-run-1-0000000001',
      new PermissionDeniedError({ object: 'the cloud', what: 'may not delete', next: 'ask' }),
    );
    const { counts, swept } = await sweep({ apply: true });
    assert.deepEqual([counts.removed, counts.failed], [2, 1]);
    assert.deepEqual(
      swept.filter(({ outcome }) => outcome === 'failed').map(({ cluster, detail }) => [cluster, detail]),
      [['st-run-1-0000000001', 'the cloud: may not delete; ask']],
    );
    assert.equal(provider.removals, 3);
  });

  it('removes no more than it may', async () => {
    const provider = environment.with(three());
    const { counts } = await sweep({ apply: true, maxRemovals: 2 });
    assert.deepEqual([counts.removed, counts.postponed, provider.removals], [2, 1, 2]);
  });

  it('looks again right before a removal', async () => {
    const provider = environment.with(three());
    let listings = 0;
    provider.afterList = () => {
      // A reset opens the run again after the pass has decided.
      if ((listings += 1) > 1) environment.states.set('0000000001', 'open');
    };
    const { counts, swept } = await sweep({ apply: true });
    assert.equal(counts.removed, 2);
    assert.ok(!provider.removed.includes('st-run-1-0000000001'));
    const kept = swept.find(({ cluster }) => cluster === 'st-run-1-0000000001');
    assert.equal(kept?.outcome, 'kept');
    assert.match(kept?.detail ?? '', /its run is open/);
  });

  it('names a provider that cannot be asked', async () => {
    const provider = environment.with(three());
    provider.listFailures = 1;
    const { counts, problems } = await sweep({ apply: true });
    assert.deepEqual([counts.seen, problems.length, provider.removals], [0, 1, 0]);
    assert.match(problems[0]?.message ?? '', /the cloud: does not answer/);
  });

  it('fails at once on a request that it does not understand, and touches nothing', async () => {
    const provider = environment.with(three());
    const failure = await sweep({ apply: true, protekt: ['run-1'] }).then(
      () => null,
      (error: WorkflowFailedError) => error.cause,
    );
    assert.ok(failure instanceof ApplicationFailure);
    assert.equal(failure.type, 'InvalidSpec');
    assert.match(failure.message, /protekt: unknown key/);
    assert.equal(provider.removals, 0);
  });

  it('ends when it is cancelled, and lets go of what it was removing', async () => {
    const provider = environment.with(three());
    const { promise, resolve } = Promise.withResolvers<void>();
    provider.hold = promise;
    const handle = await start({ apply: true });
    await until('the removals', () => provider.removals === 3);
    await handle.cancel();
    const { status } = await until('the end', async () => {
      const description = await handle.describe();
      return description.status.name === 'RUNNING' ? null : description;
    });
    resolve();
    assert.equal(status.name, 'CANCELLED');
    assert.deepEqual(provider.removed, []);
  });
});
