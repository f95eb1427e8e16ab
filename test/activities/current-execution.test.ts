import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { claimActivities } from '../../activities/claims.ts';
import { refuseUnentered } from '../../activities/current-execution.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import { stageActivities } from '../../activities/stages.ts';
import { undoActivities } from '../../activities/undo.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { planOf } from '../domain/sample-plan.ts';
import { activityEnvironment, runActivity } from '../support/run-activity.ts';

/** A world that nobody may touch. */
const deps = {
  provider: () => assert.fail('the provider was asked'),
  agentSandbox: () => assert.fail('the resource was asked'),
} as Partial<ActivityDeps> as ActivityDeps;

const request = { plan: planOf(), spec: resolveSpec({ load: { qps: 1, total: 1 } }), entered: 'run-before' };
const NO_ORDERS = { startedAtMs: 0, changes: [], untilMs: null };
const claims = claimActivities(deps);
const undos = undoActivities(deps);

describe('an activity that an execution asks for which a reset has opened', () => {
  const acts: Record<string, () => Promise<unknown>> = {
    ...Object.fromEntries(
      Object.entries(stageActivities(deps)).map(([name, act]) => [name, () => act(request)]),
    ),
    runClaims: () => claims.runClaims({ ...request, windowIndex: 0, window: null, orders: NO_ORDERS }),
    undoStep: () => undos.undoStep({ ...request, stepId: 'cluster' }),
  };
  for (const [name, act] of Object.entries(acts)) {
    it(`${name} touches nothing and says so, for good`, async () => {
      await assert.rejects(runActivity(activityEnvironment(), act), (error) => {
        assert.ok(error instanceof ApplicationFailure, String(error));
        assert.equal(error.type, 'Reset');
        assert.equal(error.nonRetryable, true);
        assert.match(error.message, /run nightly: it was reset/);
        return true;
      });
    });
  }
});

describe('an execution that has entered', () => {
  const info = { workflowExecution: { workflowId: 'nightly', runId: 'run-now' } };
  for (const entered of ['run-now', null, undefined]) {
    it(`is let act where ${entered ?? 'none'} is named`, async () => {
      const asked = { plan: planOf(), ...(entered === undefined ? {} : { entered }) };
      await runActivity(activityEnvironment(info), async () => refuseUnentered(asked));
    });
  }
});
