import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { EARLY_CONTINUE_AS_NEW, RunEnvironment } from '../support/run-environment.ts';
import { until } from '../support/until.ts';
import { extendLoadUpdate, setRateUpdate } from '../../workflows/messages.ts';

const HOUR_MS = 3_600_000;

describe('a load of many windows', () => {
  let env: RunEnvironment;
  before(async () => {
    env = await RunEnvironment.start({ serverArguments: EARLY_CONTINUE_AS_NEW });
  });
  after(() => env.stop());

  const windowsOf = (name: string) => env.world.windows.filter(({ runName }) => runName === name);
  const indexesOf = (name: string) => windowsOf(name).map(({ index }) => index);
  const untilWindow = (name: string, index: number) =>
    until(`window ${index} of ${name}`, () => indexesOf(name).includes(index), { timeoutMs: 60_000 });

  it('of 72 hours is carried from execution to execution, none of them larger than the first', async () => {
    const name = 'three-days';
    const run = await env.run(name, { limits: { arrivalsMs: 72 * HOUR_MS, windowMs: 4 * HOUR_MS } });
    const report = (await run.result()) as { outcome: string };
    assert.equal(report.outcome, 'passed');
    assert.deepEqual(
      indexesOf(name),
      Array.from({ length: 18 }, (_, at) => at),
    );
    const runIds = await env.executionsOf(name);
    assert.ok(runIds.length >= 4, `${runIds.length} executions`);
    const lengths = await Promise.all(
      runIds.map(
        async (runId) => (await env.client.workflow.getHandle(name, runId).describe()).historyLength,
      ),
    );
    const [first = 0, ...others] = lengths;
    for (const length of others) assert.ok(length <= first + 40, `${lengths.join(', ')} events`);
    assert.deepEqual(env.world.leftOf(name), []);
  });

  it('begins each window before the one before has ended, at the very place where it ends', async () => {
    const name = 'overlapping';
    const limits = { arrivalsMs: 10_000, windowMs: 5_000 };
    const run = await env.run(name, { faults: { slowWindows: true }, limits });
    await untilWindow(name, 0);
    assert.match(
      (await run.executeUpdate(setRateUpdate, { args: [{ qps: 7, who: 'me' }] })).message,
      /^7 claims a second/,
    );
    await run.result();
    const [first, second] = windowsOf(name);
    assert.ok(first !== undefined && second !== undefined && first.endedMs !== null);
    assert.equal(first.untilMs, second.fromMs);
    if (first.by === second.by) {
      assert.ok(second.begunMs < first.endedMs);
      assert.equal(first.startedAtMs, second.startedAtMs);
    }
    assert.deepEqual(
      second.changes.map(({ kind }) => kind),
      ['rate'],
    );
    const { load } = await env.progress(name);
    assert.ok(load?.notes.first.some(({ kind, who }) => kind === 'changed' && who === 'me'));
  });

  it('that fails in one window goes on with that window once it is tried again', async () => {
    const name = 'tried-again';
    const faults = { failWindow: { index: 2, times: 1 } };
    const limits = { arrivalsMs: 5 * HOUR_MS, windowMs: HOUR_MS, holdMs: 60_000 };
    const run = await env.run(name, { faults, limits });
    const { stage, number } = await env.untilHeld(name);
    await assert.rejects(
      run.executeUpdate(extendLoadUpdate, { args: [{ by: '10m' }] }),
      (error) =>
        error instanceof WorkflowUpdateFailedError && /no load is under way/.test(error.cause?.message ?? ''),
    );
    await run.executeUpdate('retryStage', { args: [{ stage, hold: number }] });
    await run.result();
    const indexes = indexesOf(name);
    assert.deepEqual([...new Set(indexes)], [0, 1, 2, 3, 4]);
    assert.equal(indexes.filter((index) => index === 1).length, 1);
    assert.ok(indexes.filter((index) => index === 2).length === 2);
  });

  it('ends early, and as one that missed its thresholds, where what is watched says so', async () => {
    const name = 'aborted';
    const faults = { watched: { index: 1, action: 'abort' as const } };
    const run = await env.run(name, { faults, limits: { arrivalsMs: 72 * HOUR_MS, windowMs: HOUR_MS } });
    assert.equal(((await run.result()) as { outcome: string }).outcome, 'thresholds-missed');
    assert.ok(indexesOf(name).length < 10, String(indexesOf(name)));
  });

  it('is cancelled in whichever execution, and nothing is left of it', async () => {
    const name = 'cancelled-soak';
    const limits = { arrivalsMs: HOUR_MS, windowMs: 1_000 };
    await env.run(name, { faults: { slowWindows: true }, limits });
    await untilWindow(name, 2);
    await env.client.workflow.getHandle(name).cancel();
    assert.equal(await env.untilClosed(name), 'CANCELLED');
    await env.untilGuardEnded(name);
    assert.deepEqual(env.world.leftOf(name), []);
    assert.ok((await env.executionsOf(name)).length > 1);
    assert.deepEqual(env.world.violations, []);
  });

  it('that fails in one window waits for the drivers of those after it before anything else is done', async () => {
    const name = 'overlapped-failure';
    const faults = { slowWindows: true as const, watched: { index: 0, action: 'hold' as const } };
    const limits = { arrivalsMs: 3_000, windowMs: 1_500, holdMs: 60_000 };
    const run = await env.run(name, { faults, limits });
    const { stage, number } = await env.untilHeld(name);
    assert.ok(windowsOf(name).every(({ over }) => over));
    await run.executeUpdate('retryStage', { args: [{ stage, hold: number }] });
    await run.result();
    assert.deepEqual(env.world.violations, []);
  });

  it('that is a closed loop refuses to be changed', async () => {
    const name = 'closed-loop';
    const limits = { arrivalsMs: 60_000, windowMs: 2_000, closedLoop: true };
    const run = await env.run(name, { faults: { slowWindows: true }, limits });
    await untilWindow(name, 0);
    await assert.rejects(
      run.executeUpdate(setRateUpdate, { args: [{ qps: 7 }] }),
      (error) => error instanceof WorkflowUpdateFailedError && /closed loop/.test(error.cause?.message ?? ''),
    );
    await run.cancel();
    await env.untilClosed(name);
  });

  it('that was cut short by a reset of a later execution makes again what is gone', async () => {
    const name = 'reset-later';
    const run = await env.run(name, { limits: { arrivalsMs: 24 * HOUR_MS, windowMs: 4 * HOUR_MS } });
    await run.result();
    await env.reset(env.client.workflow.getHandle(name));
    await env.client.workflow.getHandle(name).result();
    const steps = env.world.log.filter(({ runName, what }) => runName === name && what === 'do');
    assert.equal(steps.filter(({ step }) => step === 'cluster').length, 2);
  });
});
