import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CancelledFailure } from '@temporalio/common';
import type { StepId } from '../../src/domain/plan.ts';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { RunReport } from '../../src/report/report.ts';
import { guardQuery, skipStageUpdate } from '../../workflows/messages.ts';
import type { FakeSpec } from '../support/recording-world.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { applicationFailureOf, failureOf } from '../support/run-failures.ts';
import { until } from '../support/until.ts';

const LAST_FIRST: StepId[] = [...STEP_IDS].reverse();
const INSTALLED: StepId[] = ['cluster', 'agent-sandbox', 'workload', 'warm-pool'];
/** Longer than any of these tests. */
const KEPT = { keepMs: 600_000, quietMs: 300 };
const INSTALL: FakeSpec = { through: 'install-agent-sandbox', limits: KEPT };

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(async () => {
  await env.stop();
  assert.deepEqual(env.world.violations, []);
});

/** A run that has installed everything and left it. */
async function kept(name: string, spec: FakeSpec = INSTALL): Promise<RunReport> {
  const run = await env.run(name, spec);
  const report = (await run.result()) as RunReport;
  await until('the guard to keep it', async () => {
    const { watched } = await env.guard(name).query(guardQuery);
    return watched.some(({ state }) => state === 'keeping');
  });
  return report;
}

const ownerOf = (name: string) => env.world.owners(name)[0] ?? '';

describe('a run that keeps its cluster', { concurrency: true }, () => {
  it('does the stages it is told to, undoes nothing, and says until when it is kept', async () => {
    const name = 'keeps';
    const report = await kept(name);
    assert.equal(report.outcome, 'passed');
    assert.deepEqual(report.leftovers, []);
    assert.deepEqual(
      report.steps.map(({ state }) => state),
      ['done', 'done', 'done', 'done', 'pending'],
    );
    assert.deepEqual(env.world.steps(name, 'do'), INSTALLED);
    assert.deepEqual(env.world.steps(name, 'undo'), []);
    assert.equal(env.world.leftOf(name).length, INSTALLED.length);
    const [entry] = (await env.guard(name).query(guardQuery)).watched;
    assert.ok((entry?.leaseUntilSeconds ?? 0) >= (entry?.keptUntilSeconds ?? 0));
    assert.equal((report.kept as unknown as { untilSeconds: number }).untilSeconds, entry?.keptUntilSeconds);
  });

  it('and is never taken over is taken down by its guard when its time is up', async () => {
    const name = 'not-taken';
    const run = await env.run(name, { ...INSTALL, limits: { ...KEPT, keepMs: 1_000 } });
    assert.equal(((await run.result()) as RunReport).outcome, 'passed');
    assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
    assert.deepEqual(env.world.leftOf(name), []);
  });

  it('keeps nothing where a stage failed, or where it is cancelled', async () => {
    const failed = await env.run('keep-failed', { ...INSTALL, faults: { failAt: 'workload' } });
    await applicationFailureOf(failed);
    const cancelled = await env.run('keep-cancelled', { ...INSTALL, faults: { hangAt: 'workload' } });
    await env.world.untilBegun('keep-cancelled', 'workload');
    await cancelled.cancel();
    assert.ok((await failureOf(cancelled)) instanceof CancelledFailure);
    for (const name of ['keep-failed', 'keep-cancelled']) {
      assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
      assert.deepEqual(env.world.leftOf(name), []);
    }
  });

  it('keeps it where an operator has left its last stage out, and has failed all the same', async () => {
    const name = 'keep-skipped';
    const run = await env.run(name, { faults: { failAt: 'claims' }, limits: { ...KEPT, holdMs: 60_000 } });
    await env.untilHeld(name);
    await run.executeUpdate(skipStageUpdate, { args: [{ stage: 'run-claims', hold: 1 }] });
    const failure = await applicationFailureOf(run);
    assert.match(failure.message, /keep-skipped failed, and its cluster is kept until 2.*: run-claims: /);
    assert.deepEqual(env.world.steps(name, 'undo'), []);
    assert.equal(env.world.leftOf(name).length, STEP_IDS.length);
  });

  it('can be begun again on what it has kept', async () => {
    const name = 'keep-reset';
    // The run is over again before its guard would have looked once more, if it had to.
    await kept(name, { limits: { ...KEPT, quietMs: 3_000 } });
    const run = env.client.workflow.getHandle(name);
    const { starts } = await env.progress(name);
    await env.reset(run, starts.find(({ stage }) => stage === 'run-claims')?.eventId);
    assert.equal(await env.untilClosed(name), 'COMPLETED');
    assert.deepEqual(env.world.steps(name, 'undo'), []);
    assert.deepEqual(env.world.steps(name, 'do'), [...STEP_IDS, ...STEP_IDS]);
    await until('the guard to keep it again', async () => {
      const { watched } = await env.guard(name).query(guardQuery);
      return watched.length === 1 && watched[0]?.state === 'keeping';
    });
  });

  it('does not keep another run of its name waiting', async () => {
    const name = 'keep-again';
    await kept(name);
    const second = await env.run(name);
    assert.equal(((await second.result()) as RunReport).outcome, 'passed');
    assert.equal(env.world.leftOf(name).length, INSTALLED.length);
  });
});

describe('a run that takes a kept cluster over', { concurrency: true }, () => {
  it('uses what is there, relieves its guard, and takes everything down', async () => {
    await kept('kept');
    const owner = ownerOf('kept');
    const run = await env.run('takes', { takeOver: 'kept' });
    const report = (await run.result()) as RunReport;
    assert.equal(report.outcome, 'passed');
    assert.match(report.steps[0]?.title ?? '', /^take cluster st-kept-.* over from kept$/);
    assert.deepEqual(env.world.steps('takes', 'undone'), LAST_FIRST);
    assert.equal(await env.untilGuardEnded('takes'), 'COMPLETED');
    assert.equal(await env.untilGuardEnded('kept'), 'COMPLETED');
    assert.deepEqual(env.world.steps('kept', 'undo'), [], 'its guard had nothing to do any more');
    assert.deepEqual([...env.world.left(owner), ...env.world.leftOf('takes')], []);
  });

  it('can keep it in its turn', async () => {
    await kept('first');
    await kept('second', { takeOver: 'first', limits: KEPT });
    const third = await env.run('third', { takeOver: 'second' });
    assert.equal(((await third.result()) as RunReport).outcome, 'passed');
    for (const name of ['first', 'second', 'third']) assert.deepEqual(env.world.leftOf(name), []);
  });

  it('may be a later run of the same name, under the same guard', async () => {
    const name = 'heir-of-itself';
    await kept(name);
    const second = await env.run(name, { takeOver: name });
    assert.equal(((await second.result()) as RunReport).outcome, 'passed');
    assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    assert.deepEqual(env.world.leftOf(name), []);
  });

  it('is unwound by its own guard when it is terminated, and by no other', async () => {
    await kept('kept-terminated');
    const run = await env.run('takes-terminated', {
      takeOver: 'kept-terminated',
      faults: { hangAt: 'claims' },
    });
    await env.world.untilBegun('takes-terminated', 'claims');
    await run.terminate('by test');
    assert.equal(await env.untilGuardEnded('takes-terminated'), 'COMPLETED');
    assert.deepEqual(env.world.leftOf('takes-terminated'), []);
    assert.equal(await env.untilGuardEnded('kept-terminated'), 'COMPLETED');
    assert.deepEqual(env.world.steps('kept-terminated', 'undo'), []);
  });

  it('begins again with any stage, on the cluster that it has taken', async () => {
    await kept('kept-reset');
    const faults = { hangAt: 'claims' } as const;
    const run = await env.run('takes-reset', { takeOver: 'kept-reset', faults, limits: { quietMs: 1_700 } });
    await env.world.untilBegun('takes-reset', 'claims');
    await env.reset(run); // to before the plan, when nobody keeps anything any more
    await until('the claims', () => {
      return env.world.steps('takes-reset', 'begin').filter((step) => step === 'claims').length === 2;
    });
    env.world.letGo('takes-reset');
    assert.equal(await env.untilClosed('takes-reset'), 'COMPLETED');
    assert.equal(await env.untilGuardEnded('takes-reset'), 'COMPLETED');
    assert.deepEqual([...env.world.leftOf('takes-reset'), ...env.world.leftOf('kept-reset')], []);
    await env.reset(env.client.workflow.getHandle('takes-reset')); // and when it is long gone
    assert.equal(await env.untilClosed('takes-reset'), 'COMPLETED');
    assert.deepEqual(env.world.leftOf('takes-reset'), []);
  });

  it('keeps what it has taken when the guard that kept it was never told: it finds nothing of its own', async () => {
    const run = await env.run('kept-untold', { ...INSTALL, limits: { ...KEPT, keepMs: 2_000 } });
    await run.result();
    const taker = await env.run('takes-untold', { takeOver: 'kept-untold', faults: { hangAt: 'cluster' } });
    await env.world.untilBegun('takes-untold', 'cluster');
    assert.equal(await env.untilGuardEnded('kept-untold'), 'COMPLETED');
    assert.equal(env.world.leftOf('takes-untold').length, INSTALLED.length);
    env.world.letGo('takes-untold');
    assert.equal(((await taker.result()) as RunReport).outcome, 'passed');
    assert.deepEqual(env.world.leftOf('takes-untold'), []);
  });

  it('is refused where that run keeps nothing', async () => {
    const failure = await applicationFailureOf(await env.run('takes-nothing', { takeOver: 'nobody' }));
    assert.equal(failure.type, 'InvalidSpec');
    assert.match(failure.message, /takeOver: no run called nobody keeps its cluster/);
    assert.deepEqual(env.world.owners('takes-nothing'), []);
  });
});
