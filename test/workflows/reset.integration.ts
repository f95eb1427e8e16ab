import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { WorkflowHandle } from '@temporalio/client';
import type { StepId } from '../../src/domain/plan.ts';
import { STEP_IDS } from '../../src/domain/plan.ts';
import type { RunReport } from '../../src/report/report.ts';
import { guardQuery, retryStageUpdate, tearDownUpdate } from '../../workflows/messages.ts';
import { SHORT } from '../support/recording-activities.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { applicationFailureOf } from '../support/run-failures.ts';
import { until } from '../support/until.ts';

const LAST_FIRST: StepId[] = [...STEP_IDS].reverse();
/** Nothing of these runs acts any more when they are reset. */
const QUICK = { quietMs: 200 };
const HOLD = { holdMs: 120_000 };
/** How many are tried at once. */
const AT_ONCE = 8;

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(async () => {
  await env.stop();
  assert.deepEqual(env.world.violations, []);
});

async function assertPassed(name: string, runId: string): Promise<RunReport> {
  const report = (await env.client.workflow.getHandle(name, runId).result()) as RunReport;
  assert.equal(report.outcome, 'passed');
  assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
  assert.deepEqual(env.world.leftOf(name), []);
  return report;
}

/** Long enough for what must not happen to happen where it does. */
function passing(ms: number): Promise<unknown> {
  const from = Date.now();
  return until(`${ms} ms`, () => Date.now() - from > ms);
}

/** Does it for every workflow task of a run that went on as far as `begin` lets it, each with a run of its own. */
async function forEachTask(
  name: string,
  begin: (name: string) => Promise<WorkflowHandle>,
  act: (name: string, run: WorkflowHandle, eventId: number) => Promise<void>,
): Promise<void> {
  const tasks = await env.workflowTasks(await begin(`${name}-0`));
  assert.ok(tasks.length >= 7, `${tasks.length} tasks`);
  let next = 0;
  const worker = async () => {
    for (let index = (next += 1); index <= tasks.length; index = next += 1) {
      const one = `${name}-${index}`;
      const run = await begin(one);
      const own = await env.workflowTasks(run);
      await act(one, run, own[Math.min(index, own.length) - 1] ?? 3);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

describe('a run that is reset', { concurrency: true }, () => {
  it('to any workflow task after it has passed and taken everything down, passes again', async () => {
    const begin = async (name: string) => {
      const run = await env.run(name, { limits: QUICK });
      await run.result();
      return run;
    };
    await forEachTask('gone', begin, async (name, run, eventId) => {
      const report = await assertPassed(name, await env.reset(run, eventId));
      assert.ok(
        report.steps.every(({ state }) => state === 'undone'),
        `at ${eventId} of ${name}`,
      );
    });
  });

  it('to any workflow task while everything stands, goes on with what is there', async () => {
    const begin = async (name: string) => {
      const run = await env.run(name, { faults: { hangAt: 'claims' } });
      await env.world.untilBegun(name, 'claims');
      return run;
    };
    const tried: string[] = [];
    await forEachTask('alive', begin, async (name, run, eventId) => {
      const runId = await env.reset(run, eventId);
      await until(`the claims of the reset ${name}`, () => {
        return env.world.steps(name, 'begin').filter((step) => step === 'claims').length === 2;
      });
      assert.deepEqual(env.world.steps(name, 'undo'), []);
      env.world.letGo(name);
      await assertPassed(name, runId);
      assert.deepEqual(env.world.steps(name, 'undone'), LAST_FIRST);
      tried.push(name);
    });
    env.world.letGo('alive-0');
    assert.ok(tried.length >= 7);
  });

  it('while it unwinds, waits until the undo under way has stopped', async () => {
    const begin = async (name: string) => {
      const run = await env.run(name, { faults: { undoHangsAt: 'workload' } });
      await env.world.untilUndoing(name, 'workload');
      return run;
    };
    await forEachTask('unwinding', begin, async (name, run, eventId) => {
      const runId = await env.reset(run, eventId);
      env.world.letGo(name);
      await assertPassed(name, runId);
      assert.deepEqual(env.world.violationsOf(name), []);
    });
    env.world.letGo('unwinding-0');
  });

  it('acts only when the execution before it has surely stopped, however deaf that is', async () => {
    const name = 'deaf';
    const run = await env.run(name, { faults: { deafAt: 'claims' } }); // stops when it is let go, not when it is told
    await env.world.untilBegun(name, 'claims');
    const runId = await env.reset(run, (await env.workflowTasks(run)).at(-1));
    await passing(SHORT.quietMs / 2);
    assert.equal(env.world.steps(name, 'begin').length, STEP_IDS.length);
    env.world.letGo(name);
    await assertPassed(name, runId);
    assert.equal(env.world.steps(name, 'begin').length, 2 * STEP_IDS.length);
  });

  it('while its guard unwinds what a terminated execution left, waits for that and makes everything anew', async () => {
    const name = 'guard-unwinds';
    const faults = { hangAt: 'claims', undoHangsAt: 'workload' } as const;
    const run = await env.run(name, { faults, limits: QUICK });
    await env.world.untilBegun(name, 'claims');
    const tasks = await env.workflowTasks(run);
    await run.terminate('by test');
    await env.world.untilUndoing(name, 'workload');
    const runId = await env.reset(run, tasks.at(-1));
    await until('the new execution to ask the guard', async () => {
      const { events } = await env.guard(name).fetchHistory();
      return events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length === 2;
    });
    await passing(QUICK.quietMs * 10);
    assert.equal(env.world.steps(name, 'begin').length, STEP_IDS.length);
    env.world.letGo(name);
    await assertPassed(name, runId);
    assert.deepEqual(env.world.steps(name, 'begin'), [...STEP_IDS, ...STEP_IDS]);
  });

  it('begins a lease of its own, at its guard, on what stands and on what it makes', async () => {
    const name = 'new-lease';
    const run = await env.run(name, { faults: { hangAt: 'claims' }, leaseSeconds: 600 });
    await env.world.untilBegun(name, 'claims');
    const [before] = (await env.guard(name).query(guardQuery)).watched;
    const { startTime } = await run.describe();
    await until('another second', () => Date.now() - startTime.getTime() > 1_500);
    const runId = await env.reset(run, (await env.workflowTasks(run)).at(-1));
    await until('the new execution', () => env.world.given.filter((g) => g.runName === name).length === 10);
    const [after] = (await env.guard(name).query(guardQuery)).watched;
    assert.ok((after?.leaseUntilSeconds ?? 0) > (before?.leaseUntilSeconds ?? 0));
    assert.ok((after?.leaseCapSeconds ?? 0) > (before?.leaseCapSeconds ?? 0));
    const lease = after?.leaseUntilSeconds ?? 0;
    assert.deepEqual(
      env.world.leases.filter(({ runName }) => runName === name),
      [{ runName: name, leaseUntilSeconds: lease }],
    );
    const given = env.world.given.filter(({ runName }) => runName === name);
    assert.deepEqual(
      given.slice(-5).map(({ leaseUntilSeconds }) => leaseUntilSeconds),
      STEP_IDS.map(() => lease),
    );
    env.world.letGo(name);
    await assertPassed(name, runId);
  });
});

describe('the reset that a failure prints', { concurrency: true }, () => {
  const printed = (message: string): string =>
    /^ {2}or: (temporal workflow reset .*)$/m.exec(message)?.[1] ?? '';

  for (const failAt of STEP_IDS) {
    it(`after ${failAt} failed begins that stage again, typed as it stands`, async () => {
      const name = `printed-${failAt}`;
      const run = await env.run(name, { faults: { failAt, failTimes: 1 }, limits: QUICK });
      const { message } = await applicationFailureOf(run);
      assert.match(message, new RegExp(`sandtide retry ${name} --from `));
      const output = await env.printed(printed(message));
      const runId = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(output)?.[0] ?? '';
      await assertPassed(name, runId);
    });
  }

  it('keeps what an operator had changed before', async () => {
    const name = 'printed-changed';
    const faults = { failAt: 'claims', failTimes: 2 } as const;
    const run = await env.run(name, { faults, limits: { ...HOLD, ...QUICK } });
    await env.untilHeld(name);
    const stage = 'run-claims';
    const changes = { mark: 'changed', limits: { ...HOLD, ...QUICK } };
    await run.executeUpdate(retryStageUpdate, { args: [{ stage, hold: 1, changes }] });
    await env.untilHeld(name, 2);
    await run.executeUpdate(tearDownUpdate, { args: [{ stage, hold: 2 }] });
    const { message } = await applicationFailureOf(run);
    const before = env.world.given.length;
    await env.printed(printed(message));
    await until('the claims', () =>
      env.world.given.slice(before).some(({ runName, step }) => runName === name && step === 'claims'),
    );
    const marks = env.world.given.slice(before).filter(({ runName }) => runName === name);
    assert.deepEqual([...new Set(marks.map(({ spec }) => spec.mark))], ['changed']);
    assert.equal(await env.untilClosed(name), 'COMPLETED');
  });
});

describe('an Update of an earlier execution that a reset brings back', () => {
  it('decides nothing: it names a hold that is not there', async () => {
    const name = 'old-updates';
    const stage = 'run-claims';
    const faults = { failAt: 'claims', failTimes: 3 } as const;
    const run = await env.run(name, { faults, limits: { ...HOLD, ...QUICK } });
    const { starts } = await env.untilHeld(name).then(() => env.progress(name));
    const start = starts.find((each) => each.stage === stage);
    await run.executeUpdate(retryStageUpdate, { args: [{ stage, hold: 1 }] });
    await env.untilHeld(name, 2);
    await run.executeUpdate(tearDownUpdate, { args: [{ stage, hold: 2 }] });
    await applicationFailureOf(run);
    const runId = await env.reset(run, start?.eventId);
    const again = env.client.workflow.getHandle(name, runId);
    const hold = await env.untilHeld(name);
    const { events } = await again.fetchHistory();
    const admitted = events?.filter((event) => event.workflowExecutionUpdateAdmittedEventAttributes).length;
    assert.equal(admitted, 2, 'both came back');
    assert.equal(hold.number, 1);
    assert.equal(await env.statusOf(name), 'RUNNING');
    assert.deepEqual(await env.untilHeld(name), hold);
    await again.executeUpdate(tearDownUpdate, { args: [{ stage, hold: 1 }] });
    await applicationFailureOf(again);
    assert.equal(await env.untilGuardEnded(name), 'COMPLETED');
  });
});
