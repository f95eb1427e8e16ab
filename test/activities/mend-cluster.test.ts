import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ActivityDeps } from '../../activities/deps.ts';
import { createActivities } from '../../activities/index.ts';
import type { WindowCall } from '../../activities/claims.ts';
import type { ForwardRequest } from '../../activities/stages.ts';
import type { ClusterProvider } from '../../src/providers/provider.ts';
import { activityEnvironment, runActivity } from '../support/run-activity.ts';

const END = new Error('that far and no further');

/** What is asked of a provider, by an attempt that gets no further than the credentials. */
async function askedBy(
  step: 'installAgentSandbox' | 'installWorkload' | 'fillWarmPool' | 'runClaims',
  attempt: number,
  there = true,
): Promise<string[]> {
  const asked: string[] = [];
  const told = <T>(what: string, answer: T) => {
    asked.push(what);
    return Promise.resolve(answer);
  };
  const provider = {
    capabilities: {},
    describe: () => told('describe', there ? {} : null),
    ensure: () => told('ensure', {}),
    credentials: () => told('credentials', null).then(() => Promise.reject(END)),
  } as unknown as ClusterProvider;
  const activities = createActivities({ provider: () => provider } as unknown as ActivityDeps);
  const request = {
    plan: { cluster: { provider: 'local' } },
    spec: {},
    windowIndex: 0,
    window: null,
  } as unknown as ForwardRequest & WindowCall;
  await assert.rejects(
    runActivity(activityEnvironment({ attempt }), () => activities[step](request) as Promise<unknown>),
  );
  return asked;
}

describe('an attempt at a step in the cluster', () => {
  for (const step of ['installAgentSandbox', 'installWorkload', 'fillWarmPool'] as const) {
    it(`at ${step} mends the cluster where the one before failed`, async () => {
      assert.deepEqual(await askedBy(step, 1), ['credentials']);
      assert.deepEqual(await askedBy(step, 2), ['describe', 'ensure', 'credentials']);
    });
  }

  it('at runClaims goes on at once after a worker that died, and mends the cluster from the third on', async () => {
    assert.deepEqual(await askedBy('runClaims', 2), ['credentials']);
    assert.deepEqual(await askedBy('runClaims', 3), ['describe', 'ensure', 'credentials']);
  });

  it('never makes a cluster that is gone', async () => {
    assert.deepEqual(await askedBy('fillWarmPool', 2, false), ['describe', 'credentials']);
  });
});
