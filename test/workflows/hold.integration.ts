import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';
import type { HoldAddress } from '../../src/domain/operator-actions.ts';
import type { StepId } from '../../src/domain/plan.ts';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { RunReport } from '../../src/report/report.ts';
import { SEARCH_ATTRIBUTES } from '../../src/system/search-attributes.ts';
import {
  extendHoldUpdate,
  guardQuery,
  retryStageUpdate,
  skipStageUpdate,
  tearDownUpdate,
} from '../../workflows/messages.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { applicationFailureOf, failureOf } from '../support/run-failures.ts';
import { until } from '../support/until.ts';

const LAST_FIRST: StepId[] = [...STEP_IDS].reverse();
/** Longer than any of these tests. */
const HOLD = { holdMs: 120_000 };
const CLAIMS: HoldAddress = { stage: 'run-claims', hold: 1 };

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(async () => {
  await env.stop();
  assert.deepEqual(env.world.violations, []);
});

/** Why an Update was refused. */
async function refusalOf(update: Promise<unknown>): Promise<string> {
  const error = await update.then(
    () => null,
    (error: unknown) => error,
  );
  assert.ok(error instanceof WorkflowUpdateFailedError, `not refused: ${String(error)}`);
  assert.ok(error.cause instanceof ApplicationFailure, String(error.cause));
  return error.cause.message;
}

async function assertFailedClean(run: WorkflowHandle): Promise<RunReport> {
  const failure = await applicationFailureOf(run);
  assert.equal(failure.type, 'RunFailed');
  assert.deepEqual(env.world.leftOf(run.workflowId), []);
  assert.equal(await env.untilGuardEnded(run.workflowId), 'COMPLETED');
  return failure.details?.[0] as RunReport;
}

describe('a stage that fails in a run with a hold', { concurrency: true }, () => {
  for (const failAt of STEP_IDS) {
    it(`at ${failAt} keeps everything, says so, and is tried again when it is told to`, async () => {
      const name = `held-at-${failAt}`;
      const run = await env.run(name, { faults: { failAt, failTimes: 1 }, limits: HOLD });
      const { stage, number } = await env.untilHeld(name);
      assert.deepEqual(env.world.steps(name, 'undo'), []);
      const { steps } = await env.progress(name);
      const held = steps.find(({ state }) => state === 'held');
      assert.deepEqual([held?.id, held?.stage], [failAt, stage]);
      assert.match(held?.detail ?? '', /is to fail/);
      await run.executeUpdate(retryStageUpdate, { args: [{ stage, hold: number }] });
      const report = (await run.result()) as RunReport;
      assert.equal(report.outcome, 'passed');
      assert.deepEqual(
        report.steps.map(({ state }) => state),
        STEP_IDS.map(() => 'undone'),
      );
      assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
      assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    });
  }

  it('is found as held, with what it costs and the commands that go on from there', async () => {
    const name = 'held-shown';
    const searchAttributes = Object.keys(SEARCH_ATTRIBUTES);
    const run = await env.run(name, { faults: { failAt: 'claims' }, limits: HOLD, searchAttributes });
    const hold = await env.untilHeld(name);
    assert.deepEqual(hold.nodes, { general: 1, sandbox: 4 });
    assert.deepEqual(
      hold.commands.map(({ sandtide }) => sandtide),
      [
        `sandtide retry ${name}`,
        `sandtide skip ${name}`,
        `sandtide extend ${name} --by 30m`,
        `sandtide teardown ${name}`,
      ],
    );
    const { typedSearchAttributes } = await run.describe();
    const state = typedSearchAttributes.getAll().find(({ key }) => key.name === 'SandtideState');
    assert.equal(state?.value, 'held');
    const metadata = await run.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    assert.match(metadata.currentDetails, /Held: run-claims failed \(hold 1\)/);
    assert.match(metadata.currentDetails, /a held hour costs 5 node hours \(general 1, sandbox 4\)/);
    assert.match(metadata.currentDetails, /temporal workflow update execute --workflow-id held-shown/);
    await run.executeUpdate(tearDownUpdate, { args: [CLAIMS] });
    await assertFailedClean(run);
  });

  it('takes the printed commands as they are', async () => {
    const name = "held's printed";
    const run = await env.run(name, { faults: { failAt: 'claims', failTimes: 2 }, limits: HOLD });
    const { commands, untilMs } = await env.untilHeld(name);
    const [retry, , extend] = commands;
    await env.printed(extend?.temporal ?? '');
    const extended = await env.untilHeld(name);
    assert.equal(extended.untilMs, untilMs + 30 * 60_000);
    await env.printed(retry?.temporal ?? '');
    const again = await env.untilHeld(name, 2);
    await env.printed(again.commands[3]?.temporal ?? '');
    assert.equal((await assertFailedClean(run)).failure?.stage, 'run-claims');
  });

  it('is taken down when nobody says anything', async () => {
    const name = 'held-silence';
    const run = await env.run(name, { faults: { failAt: 'warm-pool' }, limits: { holdMs: 1_000 } });
    const report = await assertFailedClean(run);
    assert.equal(report.failure?.step, 'warm-pool');
    assert.match(report.failure.message, /is to fail/);
    assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
  });

  it('is taken down at once when it is told to', async () => {
    const run = await env.run('held-torn-down', { faults: { failAt: 'cluster' }, limits: HOLD });
    await env.untilHeld('held-torn-down');
    await run.executeUpdate(tearDownUpdate, { args: [{ stage: 'create-cluster', hold: 1 }] });
    assert.equal((await assertFailedClean(run)).failure?.stage, 'create-cluster');
  });

  it('that is left out lets the run go on, which has failed all the same', async () => {
    const name = 'held-skipped';
    const run = await env.run(name, { faults: { failAt: 'claims' }, limits: HOLD });
    await env.untilHeld(name);
    await run.executeUpdate(skipStageUpdate, { args: [CLAIMS] });
    const report = await assertFailedClean(run);
    assert.equal(report.outcome, 'failed');
    assert.equal(report.failure?.stage, 'run-claims');
    assert.match(report.steps.at(-1)?.detail ?? '', /left out by an operator after: .*is to fail/);
  });

  it('goes on holding over a restart of the worker', async () => {
    const name = 'held-restart';
    const other = await RunEnvironment.start();
    try {
      const run = await other.run(name, { faults: { failAt: 'claims', failTimes: 1 }, limits: HOLD });
      const before = await other.untilHeld(name);
      await other.stopWorkers();
      await other.startWorkers();
      assert.deepEqual(await other.untilHeld(name), before);
      await run.executeUpdate(retryStageUpdate, { args: [CLAIMS] });
      assert.equal(((await run.result()) as RunReport).outcome, 'passed');
    } finally {
      await other.stop();
    }
  });

  it('is cancelled like any other: everything is taken down', async () => {
    const name = 'held-cancelled';
    const run = await env.run(name, { faults: { failAt: 'claims' }, limits: HOLD });
    await env.untilHeld(name);
    await run.cancel();
    assert.ok((await failureOf(run)) instanceof CancelledFailure);
    const { hold, report } = await env.progress(name);
    assert.equal(hold, null);
    assert.equal((report as RunReport).outcome, 'cancelled');
    assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
  });

  it('is unwound by the guard when the run is terminated', async () => {
    const name = 'held-terminated';
    const run = await env.run(name, { faults: { failAt: 'claims' }, limits: HOLD });
    await env.untilHeld(name);
    await run.terminate('by test');
    assert.ok((await failureOf(run)) instanceof TerminatedFailure);
    assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
    assert.deepEqual(env.world.leftOf(name), []);
  });
});

describe('an Update that the hold does not allow', { concurrency: true }, () => {
  it('is refused with the present hold, and leaves no trace', async () => {
    const name = 'refuses';
    const run = await env.run(name, { faults: { failAt: 'claims', failTimes: 2 }, limits: HOLD });
    await env.untilHeld(name);
    const { historyLength } = await run.describe();
    const send = (args: unknown) => run.executeUpdate(retryStageUpdate, { args: [args as HoldAddress] });
    const present = /the present one is \{"stage":"run-claims","hold":1\}/;
    for (const junk of [undefined, null, 'run-claims', {}, { stage: 'nonsense', hold: 1 }, { hold: 1 }])
      assert.match(await refusalOf(send(junk)), present);
    for (const other of [
      { ...CLAIMS, hold: 2 },
      { ...CLAIMS, stage: 'create-cluster' },
    ])
      assert.match(await refusalOf(send(other)), present);
    for (const by of [undefined, '', 'soon', '0s', 30]) {
      const args = [{ ...CLAIMS, by }] as [HoldAddress & { by: string }];
      assert.match(await refusalOf(run.executeUpdate(extendHoldUpdate, { args })), /say by how much/);
    }
    const after = await run.describe();
    assert.equal(after.historyLength, historyLength);
    await run.executeUpdate(retryStageUpdate, { args: [CLAIMS] });
    await env.untilHeld(name, 2);
    assert.match(await refusalOf(send(CLAIMS)), /the present one is \{"stage":"run-claims","hold":2\}/);
    await run.executeUpdate(tearDownUpdate, { args: [{ ...CLAIMS, hold: 2 }] });
    await assertFailedClean(run);
  });

  it('is refused where nothing is held', async () => {
    const name = 'not-held';
    const run = await env.run(name, { faults: { hangAt: 'claims' }, limits: HOLD });
    await env.world.untilBegun(name, 'claims');
    assert.match(
      await refusalOf(run.executeUpdate(retryStageUpdate, { args: [CLAIMS] })),
      /the run is not held/,
    );
    env.world.letGo(name);
    await run.result();
  });

  it('is refused where the stage can not do without: an installation of our own', async () => {
    const name = 'no-skip';
    const run = await env.run(name, { faults: { failAt: 'workload' }, limits: HOLD });
    await env.untilHeld(name);
    const address: HoldAddress = { stage: 'install-agent-sandbox', hold: 1 };
    assert.match(
      await refusalOf(run.executeUpdate(skipStageUpdate, { args: [address] })),
      /skipStage is not allowed for install-agent-sandbox; allowed: retryStage, extendHold, tearDown/,
    );
    await run.executeUpdate(tearDownUpdate, { args: [address] });
    await assertFailedClean(run);
  });

  it('comes second: of two that decide at once one is heard', async () => {
    const name = 'at-once';
    const run = await env.run(name, { faults: { failAt: 'claims', failTimes: 1 }, limits: HOLD });
    await env.untilHeld(name);
    const words = await Promise.allSettled([
      run.executeUpdate(retryStageUpdate, { args: [CLAIMS] }),
      run.executeUpdate(retryStageUpdate, { args: [CLAIMS] }),
      run.executeUpdate(retryStageUpdate, { args: [{ ...CLAIMS, changes: { mark: 'changed' } }] }),
    ]);
    assert.equal(words.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(((await run.result()) as RunReport).outcome, 'passed');
    assert.equal(env.world.steps(name, 'begin').filter((step) => step === 'claims').length, 2);
  });
});

describe('a retry with changes', { concurrency: true }, () => {
  it('that are wrong is refused with every problem, and the hold is as it was', async () => {
    const name = 'bad-changes';
    const run = await env.run(name, { faults: { failAt: 'claims', failTimes: 1 }, limits: HOLD });
    const before = await env.untilHeld(name);
    const problems = [
      { path: 'load.qps', message: 'is too much' },
      { path: 'provider', message: 'cannot be changed' },
    ];
    const message = await refusalOf(
      run.executeUpdate(retryStageUpdate, { args: [{ ...CLAIMS, changes: { problems } }] }),
    );
    assert.match(message, /the change has 2 problems; nothing was changed/);
    assert.match(message, /load\.qps: is too much/);
    assert.match(message, /provider: cannot be changed/);
    assert.deepEqual(await env.untilHeld(name), before);
    await run.executeUpdate(retryStageUpdate, { args: [CLAIMS] });
    assert.equal(((await run.result()) as RunReport).outcome, 'passed');
  });

  it('lets every step that is looked at again work by them, and names its steps anew', async () => {
    const name = 'good-changes';
    const run = await env.run(name, { faults: { failAt: 'claims', failTimes: 1 }, limits: HOLD });
    await env.untilHeld(name);
    await run.executeUpdate(retryStageUpdate, { args: [{ ...CLAIMS, changes: { mark: 'changed' } }] });
    const report = (await run.result()) as RunReport;
    const marks = env.world.given.filter(({ runName }) => runName === name).map(({ spec }) => spec.mark);
    assert.deepEqual(marks, [...STEP_IDS.map(() => undefined), ...STEP_IDS.map(() => 'changed')]);
    assert.equal(report.steps.at(-1)?.title, 'run 2 claims');
  });
});

describe('the lease of a held run', { concurrency: true }, () => {
  const leaseAtGuard = async (name: string): Promise<number> => {
    const { watched } = await env.guard(name).query(guardQuery);
    return watched[0]?.leaseUntilSeconds ?? 0;
  };

  it('goes on with the hold where it would end before, at the guard and on what stands', async () => {
    const name = 'lease-with-hold';
    const limits = { ...HOLD, neededMs: 20_000, teardownDeadlineMs: 1_000 };
    const run = await env.run(name, { faults: { failAt: 'claims' }, limits, leaseSeconds: 30 });
    const { untilMs, sinceMs } = await env.untilHeld(name);
    assert.equal(untilMs, sinceMs + HOLD.holdMs);
    const lease = await leaseAtGuard(name);
    assert.ok(lease * 1000 >= untilMs + 20_000, `${lease} s for a hold until ${untilMs}`);
    assert.deepEqual(
      env.world.leases.filter(({ runName }) => runName === name).map((each) => each.leaseUntilSeconds),
      [lease],
    );
    await run.executeUpdate(tearDownUpdate, { args: [CLAIMS] });
    await assertFailedClean(run);
  });

  it('is told to the guard first, then to what stands, when a hold is extended', async () => {
    const name = 'lease-extended';
    const run = await env.run(name, { faults: { failAt: 'claims' }, limits: HOLD });
    const { untilMs } = await env.untilHeld(name);
    const { message } = await run.executeUpdate(extendHoldUpdate, { args: [{ ...CLAIMS, by: '1h' }] });
    const extended = await env.untilHeld(name);
    assert.equal(extended.untilMs, untilMs + 3_600_000);
    assert.equal(message, `held until ${new Date(extended.untilMs).toISOString()}`);
    assert.ok((await leaseAtGuard(name)) * 1000 >= extended.untilMs);
    const types = await until('the history', async () => {
      const { events } = await run.fetchHistory();
      return events?.flatMap(
        ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
      );
    });
    assert.deepEqual(types.slice(-2), ['watchRun', 'renewLease']);
    await run.executeUpdate(tearDownUpdate, { args: [CLAIMS] });
    await assertFailedClean(run);
  });

  it('never goes beyond its cap, and neither does the hold', async () => {
    const name = 'lease-cap';
    const limits = { ...HOLD, neededMs: 1_000, teardownDeadlineMs: 10_000 };
    const run = await env.run(name, {
      faults: { failAt: 'claims' },
      limits,
      leaseSeconds: 60,
      leaseCapSeconds: 90,
    });
    const { untilMs } = await env.untilHeld(name);
    const [entry] = (await env.guard(name).query(guardQuery)).watched;
    const capSeconds = entry?.leaseCapSeconds ?? 0;
    assert.equal(entry?.leaseUntilSeconds, capSeconds);
    assert.equal(untilMs, capSeconds * 1000 - limits.teardownDeadlineMs);
    assert.match(
      await refusalOf(run.executeUpdate(extendHoldUpdate, { args: [{ ...CLAIMS, by: '1h' }] })),
      /the lease has reached its cap/,
    );
    await run.executeUpdate(tearDownUpdate, { args: [CLAIMS] });
    await assertFailedClean(run);
  });

  it('leaves no room for a hold where it is at its cap already', async () => {
    const name = 'lease-no-room';
    const limits = { ...HOLD, teardownDeadlineMs: 20_000 };
    const run = await env.run(name, {
      faults: { failAt: 'claims' },
      limits,
      leaseSeconds: 15,
      leaseCapSeconds: 20,
    });
    await assertFailedClean(run);
    assert.equal((await env.progress(name)).hold, null);
  });
});
