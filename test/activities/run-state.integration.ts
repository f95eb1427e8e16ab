import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { guardActivities } from '../../activities/guard.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { RUN_TASK_QUEUE } from '../../workflows/messages.ts';
import { samplePlan } from '../load/window-samples.ts';
import { activityEnvironment, runActivity } from '../support/run-activity.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { until } from '../support/until.ts';
import { chain, onward } from './chain-workflow.ts';

const activities = guardActivities();

let env: RunEnvironment;
before(async () => {
  const workflowsPath = fileURLToPath(new URL('chain-workflow.ts', import.meta.url));
  env = await RunEnvironment.start({ workflowsPath });
});
after(() => env.stop());

type Run = WorkflowHandleWithFirstExecutionRunId<typeof chain>;

const start = (workflowId: string, links = 1): Promise<Run> =>
  env.client.workflow.start(chain, { taskQueue: RUN_TASK_QUEUE, workflowId, args: [links] });

/** As much of a plan as is asked for. */
function planOf({ workflowId, firstExecutionRunId }: Run): { plan: Plan } {
  const identity = { namespace: 'default', workflowId, firstExecutionRunId };
  return { plan: { ...samplePlan(), runName: workflowId, identity } };
}

const surroundings = (client = env.client) => activityEnvironment({ heartbeatTimeoutMs: 1_000 }, client);
const open = (run: Run) => runActivity(surroundings(), () => activities.isRunOpen(planOf(run)));
const untilEnded = (run: Run) => runActivity(surroundings(), () => activities.awaitRunEnd(planOf(run)));
const end = (run: Run, how: 'cancel' | 'terminate') =>
  runActivity(surroundings(), () => activities.endRun({ ...planOf(run), how }));

async function untilContinued(run: Run, executions: number): Promise<void> {
  await until('continue-as-new', async () => (await env.executionsOf(run.workflowId)).length === executions);
}

describe('a run is open', { concurrency: true }, () => {
  it('until it ends', async () => {
    const run = await start('ends');
    assert.equal(await open(run), true);
    await run.signal(onward);
    await run.result();
    assert.equal(await open(run), false);
  });

  it('over continue-as-new', async () => {
    const run = await start('continues', 3);
    await run.signal(onward);
    await untilContinued(run, 2);
    assert.equal(await open(run), true);
    await run.terminate();
    assert.equal(await open(run), false);
  });

  it('over a reset, of an open execution and of a closed one', async () => {
    const run = await start('resets');
    await until('the first workflow task', async () => (await run.describe()).historyLength >= 4);
    await env.reset(run);
    assert.equal(await open(run), true);
    await run.terminate();
    assert.equal(await open(run), false);
    await env.reset(run);
    assert.equal(await open(run), true);
  });

  it('not because another run of that name is', async () => {
    const first = await start('again');
    await first.terminate();
    const second = await start('again');
    assert.equal(await open(first), false);
    assert.equal(await open(second), true);
  });

  it('not where Temporal knows no such run', async () => {
    const run = { workflowId: 'never-was', firstExecutionRunId: 'x' } as Run;
    assert.equal(await open(run), false);
  });
});

describe('waiting for the end of a run', { concurrency: true }, () => {
  it('goes on over continue-as-new and hears of a terminate', async () => {
    const run = await start('watched', 2);
    let ended = false;
    const waiting = untilEnded(run).then(() => (ended = true));
    await run.signal(onward);
    await untilContinued(run, 2);
    assert.equal(ended, false);
    await run.terminate();
    await waiting;
  });

  it('is over where the run is, though another of that name is open', async () => {
    const first = await start('watched-again');
    await first.terminate();
    await start('watched-again');
    await untilEnded(first);
  });

  it('stops at once when it is told to', async () => {
    const run = await start('watched-no-more');
    const watching = surroundings();
    const waiting = runActivity(watching, () => activities.awaitRunEnd(planOf(run)));
    watching.once('heartbeat', () => watching.cancel());
    await assert.rejects(waiting, CancelledFailure);
  });

  it('fails where Temporal cannot be asked, and never takes that for an end', async () => {
    const run = await start('unasked');
    const client = Object.assign(Object.create(env.client) as typeof env.client, {
      withDeadline: () => Promise.reject(new Error('14 UNAVAILABLE')),
    });
    await assert.rejects(
      runActivity(surroundings(client), () => activities.isRunOpen(planOf(run))),
      /UNAVAILABLE/,
    );
    await assert.rejects(
      runActivity(surroundings(client), () => activities.awaitRunEnd(planOf(run))),
      /UNAVAILABLE/,
    );
  });
});

describe('ending a run', { concurrency: true }, () => {
  it('by request or by force reaches the newest execution of its chain', async () => {
    const asked = await start('asked', 2);
    await asked.signal(onward);
    await untilContinued(asked, 2);
    await end(asked, 'cancel');
    assert.equal(await env.untilClosed('asked'), 'CANCELLED');

    const forced = await start('forced');
    await until('the first workflow task', async () => (await forced.describe()).historyLength >= 4);
    await env.reset(forced);
    await end(forced, 'terminate');
    assert.equal(await env.statusOf('forced'), 'TERMINATED');
    await end(forced, 'terminate'); // it is over: nothing to do
  });

  it('leaves another run of that name alone', async () => {
    const first = await start('spared');
    await first.terminate();
    const second = await start('spared');
    await end(first, 'terminate');
    assert.equal(await open(second), true);
  });
});
