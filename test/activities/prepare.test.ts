import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityDeps } from '../../activities/deps.ts';
import type { PreparedRun } from '../../activities/prepare.ts';
import { prepareActivities } from '../../activities/prepare.ts';
import type { ClusterProvider } from '../../src/providers/provider.ts';
import { createAgentSandboxTypes } from '../../src/sandbox/registry.ts';
import { activityEnvironment, runActivity } from '../support/run-activity.ts';

const identity = { namespace: 'default', workflowId: 'nightly', firstExecutionRunId: 'run-1' };
const SPEC = {
  load: { qps: 2, duration: '10s', readyTimeout: '30s', workloadDuration: '1s' },
  agentSandbox: { warmPool: { replicas: 3, readyTimeout: '5m' } },
  limits: { lease: '1h', heartbeatTimeout: '4s', teardownDeadline: '10m' },
};

/** Touches nothing: preparing a run asks a provider for names and abilities only. */
const provider = {
  type: 'local',
  capabilities: { disposable: true, pullsImages: false, inClusterWebhooks: false, execOnHost: true },
  plan: (_spec, runName, owner) => ({ provider: 'local', name: `${runName}-${owner}`, location: 'here' }),
} as Partial<ClusterProvider> as ClusterProvider;

const deps = {
  provider: () => provider,
  agentSandbox: createAgentSandboxTypes({
    manifestsFolder: () => Promise.reject(new Error('not asked for')),
  }),
  searchAttributes: ['SandtideStage'],
} as Partial<ActivityDeps> as ActivityDeps;

function prepare(spec: unknown, of = identity, world = deps): Promise<PreparedRun> {
  return runActivity(activityEnvironment(), () =>
    prepareActivities(world).prepareRun({ spec, identity: of, startedAtMs: 1_000_500 }),
  );
}

describe('a command of the spec, for sandboxes that are this very machine', () => {
  const workloadCommand = ['sh', '-c', 'id; $(id)'];
  const spec = { load: { qps: 2, duration: '10s', workloadCommand } };

  it('is refused, for whoever may start a run may not run what they like here', async () => {
    await assert.rejects(prepare(spec), (error) => {
      assert.ok(error instanceof ApplicationFailure);
      assert.equal(error.type, 'InvalidSpec');
      assert.match(error.message, /load\.workloadCommand: would run on the worker's own machine/);
      return true;
    });
  });

  it('is planned as it stands, word by word, where the worker was started to allow it', async () => {
    const { plan } = await prepare(spec, identity, { ...deps, hostCommands: true });
    assert.deepEqual(plan.workloadCommand, workloadCommand);
  });

  it('needs no such word where pods are pods', async () => {
    const pods = { ...provider, capabilities: { ...provider.capabilities, execOnHost: false } };
    const { plan } = await prepare(spec, identity, { ...deps, provider: () => pods });
    assert.deepEqual(plan.workloadCommand, workloadCommand);
  });
});

describe('preparing a run', () => {
  it('has no number of claims in the title of a closed loop', async () => {
    const arrivals = { shape: 'closedLoop', live: 3 };
    const { plan, limits } = await prepare({
      load: { duration: '10s', arrivals, dwell: '2s', dwellDistribution: 'exponential', readyTimeout: '30s' },
    });
    assert.equal(plan.steps.find(({ id }) => id === 'claims')?.title, 'run claims in a closed loop');
    assert.equal(limits.loadMs, 10_000 + 30_000 + 20_000 + 600_000);
  });

  it('resolves the spec and freezes plan, limits and the known search attributes', async () => {
    const { spec, plan, limits, nodes, searchAttributes } = await prepare(SPEC);
    assert.equal(spec.load.total, 20);
    assert.equal(plan.runName, 'nightly');
    assert.deepEqual(plan.identity, identity);
    assert.match(plan.owner, /^[0-9a-f]{10}$/);
    assert.equal(plan.cluster.name, `nightly-${plan.owner}`);
    assert.equal(plan.leaseUntilSeconds, 1_001 + 3_600);
    assert.deepEqual(
      plan.steps.map(({ absorbedBy }) => absorbedBy),
      [null, 'cluster', 'cluster', 'cluster', 'cluster'],
    );
    assert.deepEqual(limits, {
      heartbeatMs: 4_000,
      evidenceMs: 20_000,
      quietMs: 9_000,
      teardownDeadlineMs: 600_000,
      provisionMs: 25 * 60_000,
      loadMs: 41_000 + 600_000,
      arrivalsMs: 10_000,
      windowMs: 600_000,
      guardRetryMs: 3_600_000,
      leaseMs: 3_600_000,
      leaseCapMs: 7_200_000,
      holdMs: null,
      keepMs: null,
      neededMs: 300_000 + 10_000 + 31_000 + 600_000,
      undoAlarmMs: 300_000,
    });
    assert.equal(plan.leaseCapSeconds, 1_001 + 7_200);
    assert.deepEqual(nodes, { general: 1, sandbox: 4 });
    assert.deepEqual(searchAttributes, ['SandtideStage']);
  });

  it('gives the same a second time, so that another attempt changes nothing', async () => {
    assert.deepEqual(await prepare(SPEC), await prepare(SPEC));
  });

  it('gives another owner to another run of the same name', async () => {
    const [first, second] = await Promise.all([
      prepare(SPEC),
      prepare(SPEC, { ...identity, firstExecutionRunId: 'run-2' }),
    ]);
    assert.notEqual(first.plan.owner, second.plan.owner);
    assert.notEqual(first.plan.cluster.name, second.plan.cluster.name);
  });

  for (const [what, spec] of Object.entries({
    'no spec at all': undefined,
    'a spec that is null': null,
    'a spec that is text': 'load: 5',
    'a spec with two problems': { load: { qps: 'fast', duration: '10s' }, lod: {} },
  })) {
    it(`refuses ${what} for good, with every problem by its path`, async () => {
      await assert.rejects(prepare(spec), (error) => {
        assert.ok(error instanceof ApplicationFailure);
        assert.equal(error.type, 'InvalidSpec');
        assert.equal(error.nonRetryable, true);
        const [problems] = error.details as [{ path: string; message: string }[]];
        assert.ok(problems.length >= 1);
        if (what.endsWith('two problems')) {
          assert.deepEqual(problems.map(({ path }) => path).sort(), ['load.qps', 'lod']);
        }
        return true;
      });
    });
  }

  for (const [what, workflowId] of [
    ['the name of a guard', 'nightly-guard'],
    ['a name with which its guard would have none', 'ü'.repeat(451)],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(prepare(SPEC, { ...identity, workflowId }), (error) => {
        assert.ok(error instanceof ApplicationFailure);
        assert.equal(error.type, 'InvalidSpec');
        assert.match(error.message, /workflow id: a name (that ends in -guard|of 902 bytes)/);
        return true;
      });
    });
  }
});
