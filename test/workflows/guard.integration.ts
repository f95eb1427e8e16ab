import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CancelledFailure, TerminatedFailure } from '@temporalio/common';
import type { GuardCall } from '../../activities/guard.ts';
import { guardActivities } from '../../activities/guard.ts';
import type { StepId } from '../../src/domain/plan.ts';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { RunReport } from '../../src/report/report.ts';
import { guardQuery, releaseUpdate, watchUpdate } from '../../workflows/messages.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { activityEnvironment, runActivity } from '../support/run-activity.ts';
import { applicationFailureOf, failureOf } from '../support/run-failures.ts';
import { until } from '../support/until.ts';

const LAST_FIRST: StepId[] = [...STEP_IDS].reverse();

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(() => env.stop());

/** What the run of that name asked its guard for, as its history has it. */
async function guardCallOf(name: string): Promise<GuardCall> {
  const { events } = await env.client.workflow.getHandle(name).fetchHistory();
  const asked = events?.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'watchRun',
  );
  const [payload] = asked?.activityTaskScheduledEventAttributes?.input?.payloads ?? [];
  return JSON.parse(Buffer.from(payload?.data ?? []).toString()) as GuardCall;
}

/** The guard has unwound what was left of the only run of that name. */
async function assertUnwoundByGuard(name: string): Promise<void> {
  assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
  assert.deepEqual(env.world.leftOf(name), []);
  assert.deepEqual(env.world.violationsOf(name), []);
}

describe('guarding', { concurrency: true }, () => {
  describe('the guard of a terminated run', { concurrency: true }, () => {
    for (const hangAt of STEP_IDS) {
      it(`undoes every step once the activity of ${hangAt} has stopped`, async () => {
        const name = `terminated-at-${hangAt}`;
        const run = await env.run(name, { faults: { hangAt } });
        await env.world.untilBegun(name, hangAt);
        await run.terminate('by test');
        await assertUnwoundByGuard(name);
        assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
      });
    }

    for (const undoHangsAt of STEP_IDS) {
      it(`takes over an unwind that was ended at ${undoHangsAt}`, async () => {
        const name = `terminated-undoing-${undoHangsAt}`;
        const run = await env.run(name, { faults: { undoHangsAt } });
        await env.world.untilUndoing(name, undoHangsAt);
        await run.terminate('by test');
        await env.world.untilUndoing(name, undoHangsAt, 2);
        env.world.letGo(name);
        await assertUnwoundByGuard(name);
      });
    }

    it('goes on trying until nothing is left', async () => {
      const name = 'terminated-undo-fails';
      const run = await env.run(name, {
        faults: { hangAt: 'claims', undoFails: { at: 'cluster', times: 2 } },
        limits: { teardownDeadlineMs: 500, guardRetryMs: 500 },
      });
      await env.world.untilBegun(name, 'claims');
      await run.terminate('by test');
      await assertUnwoundByGuard(name);
      assert.deepEqual(env.world.steps(name, 'undo-failed'), ['cluster', 'cluster']);
    });
  });

  describe('the guard of a run that outlives its lease', { concurrency: true }, () => {
    it('asks it to end, and the run unwinds itself', async () => {
      const name = 'lease-over';
      const run = await env.run(name, { faults: { hangAt: 'claims' }, leaseSeconds: 1 });
      assert.ok((await failureOf(run)) instanceof CancelledFailure);
      assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
      await assertUnwoundByGuard(name);
    });

    it('ends it by force after the grace, and unwinds', async () => {
      const name = 'lease-over-deaf';
      const run = await env.run(name, {
        faults: { deafAt: 'workload' },
        leaseSeconds: 1,
        limits: { teardownDeadlineMs: 1_000 },
      });
      assert.ok((await failureOf(run)) instanceof TerminatedFailure);
      env.world.letGo(name);
      assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
      assert.deepEqual(env.world.leftOf(name), []);
    });
  });

  describe('a run while the guard still unwinds an earlier one of that name', { concurrency: true }, () => {
    it('waits until that is done, then passes', async () => {
      const name = 'again';
      const first = await env.run(name, { faults: { hangAt: 'claims', undoHangsAt: 'workload' } });
      await env.world.untilBegun(name, 'claims');
      const [firstOwner = ''] = env.world.owners(name);
      await first.terminate('by test');
      const second = await env.run(name); // before the guard has noticed
      await env.world.untilUndoing(name, 'workload');
      assert.equal((await env.progress(name)).phase, 'waiting-for-guard');
      assert.deepEqual(env.world.owners(name), [firstOwner]);
      env.world.letGo(name);
      assert.equal(((await second.result()) as RunReport).outcome, 'passed');
      const undoneLast = env.world.log.findLastIndex(
        ({ owner, what }) => owner === firstOwner && what === 'undone',
      );
      const begunFirst = env.world.log.findIndex(
        ({ runName, owner, what }) => runName === name && owner !== firstOwner && what === 'begin',
      );
      assert.ok(undoneLast < begunFirst, `${undoneLast} < ${begunFirst}`);
      await assertUnwoundByGuard(name);
    });

    it('ends at once when it is cancelled', async () => {
      const name = 'again-cancelled';
      const first = await env.run(name, { faults: { hangAt: 'claims', undoHangsAt: 'workload' } });
      await env.world.untilBegun(name, 'claims');
      await first.terminate('by test');
      await env.world.untilUndoing(name, 'workload');
      const second = await env.run(name);
      await until('the second run to wait', async () => {
        return (await env.progress(name).catch(() => null))?.phase === 'waiting-for-guard';
      });
      await second.cancel();
      assert.ok((await failureOf(second)) instanceof CancelledFailure);
      assert.equal(env.world.left(env.world.owners(name)[0] ?? '').length, 3); // the first still stands
      env.world.letGo(name);
      await assertUnwoundByGuard(name);
    });
  });

  describe('the guard', { concurrency: true }, () => {
    it('leaves a run alone that was reset, and hears of its end', async () => {
      const name = 'reset';
      const run = await env.run(name, { faults: { hangAt: 'claims' } });
      await env.world.untilBegun(name, 'claims');
      const { startTime } = await run.describe();
      const [before] = (await env.guard(name).query(guardQuery)).watched;
      await until('another second', () => Date.now() - startTime.getTime() > 1_000);
      const runId = await env.reset(run);
      await until('the new execution', () => env.world.steps(name, 'begin').length === 2 * STEP_IDS.length);
      assert.deepEqual(env.world.steps(name, 'undo'), []);
      const [after] = (await env.guard(name).query(guardQuery)).watched;
      assert.ok(
        (after?.leaseUntilSeconds ?? 0) > (before?.leaseUntilSeconds ?? 0),
        'a new plan, a new lease',
      );
      env.world.letGo(name);
      const handle = env.client.workflow.getHandle(name, runId);
      assert.equal(((await handle.result()) as RunReport).outcome, 'passed');
      assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
      assert.equal(env.world.owners(name).length, 1);
      assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
    });

    it('unwinds after its own worker was away when the run was terminated', async () => {
      // Covered by the e2e with processes too; here the Temporal side of it.
      const name = 'worker-away';
      const other = await RunEnvironment.start();
      try {
        const run = await other.run(name, { faults: { hangAt: 'warm-pool' } });
        await other.world.untilBegun(name, 'warm-pool');
        await other.stopWorkers();
        await run.terminate('by test');
        await other.startWorkers();
        assert.equal(await other.untilGuardEnded(name), 'COMPLETED');
        assert.deepEqual(other.world.leftOf(name), []);
        assert.deepEqual(other.world.violations, []);
      } finally {
        await other.stop();
      }
    });

    it('is not ended by a cancel request', async () => {
      const name = 'guard-cancelled';
      const run = await env.run(name, { faults: { hangAt: 'workload' } });
      await env.world.untilBegun(name, 'workload');
      await env.guard(name).cancel();
      await run.terminate('by test');
      await assertUnwoundByGuard(name);
    });

    it('is one, however many ask for it', async () => {
      const name = 'asked-often';
      const run = await env.run(name, { faults: { hangAt: 'workload' } });
      await env.world.untilBegun(name, 'workload');
      const request = await guardCallOf(name);
      await Promise.all(
        Array.from({ length: 5 }, (_, index) =>
          runActivity(activityEnvironment({ activityId: `${index}` }, env.client), () =>
            guardActivities().watchRun(request),
          ),
        ),
      );
      assert.equal((await env.executionsOf(`${name}-guard`)).length, 1);
      assert.equal((await env.guard(name).query(guardQuery)).watched.length, 1);
      await run.terminate('by test');
      await assertUnwoundByGuard(name);
    });

    it('whose id is taken by something else refuses, and the run fails before anything exists', async () => {
      const other = await env.run('taken-guard', { faults: { hangAt: 'cluster' } });
      await env.world.untilBegun('taken-guard', 'cluster');
      const failure = await applicationFailureOf(await env.run('taken'));
      assert.equal(failure.type, 'RunFailed');
      assert.match(failure.message, /the guard: refused to guard the run: .*watch/);
      assert.deepEqual(env.world.steps('taken', 'begin'), []);
      await other.cancel();
      await env.untilClosed('taken-guard');
    });

    it('refuses an Update that makes no sense, and goes on guarding', async () => {
      const name = 'guard-junk';
      const run = await env.run(name, { faults: { hangAt: 'workload' } });
      await env.world.untilBegun(name, 'workload');
      for (const junk of [undefined, 'plan', { plan: { owner: 'x' } }]) {
        const args = [junk] as unknown as [never];
        await assert.rejects(env.guard(name).executeUpdate(watchUpdate, { args }), {
          name: 'WorkflowUpdateFailedError',
        });
      }
      const args = [undefined] as unknown as [never];
      await assert.rejects(env.guard(name).executeUpdate(releaseUpdate, { args }), {
        name: 'WorkflowUpdateFailedError',
      });
      const { watched } = await env.guard(name).query(guardQuery);
      assert.equal(watched.length, 1);
      await run.terminate('by test');
      await assertUnwoundByGuard(name);
    });

    it('is released at once by a run that has cleaned up', async () => {
      const run = await env.run('clean');
      await run.result();
      const { events = [] } = await env
        .guard('clean')
        .fetchHistory()
        .then(async () => {
          await env.untilGuardEnded('clean');
          return env.guard('clean').fetchHistory();
        });
      assert.deepEqual(env.world.steps('clean', 'undone'), LAST_FIRST);
      assert.ok((events?.length ?? 0) < 40, `${events?.length} events`);
    });
  });
});
