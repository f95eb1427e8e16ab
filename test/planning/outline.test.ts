import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { NO_OWNER, outlineOf } from '../../src/planning/outline.ts';
import { askedNames, planRun } from '../../src/planning/plan-run.ts';
import { createProviders, providerOf } from '../../src/providers/registry.ts';
import { createAgentSandboxTypes } from '../../src/sandbox/registry.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { specYaml } from '../../src/spec/spec-yaml.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';

const providers = createProviders({
  toolchain: createToolchain(),
  stateFolder: '/nowhere',
  home: (workflowId) => ({ kind: 'temporal', address: '', namespace: '', workflowId }),
});
const namers = {
  provider: (type: string) => providerOf(providers, type),
  agentSandbox: createAgentSandboxTypes({ manifestsFolder: () => Promise.resolve('/nowhere') }),
};

function outline(document: unknown) {
  const spec = resolveSpec(document);
  const names = { ...askedNames(spec, 'nightly', NO_OWNER, namers), takenFrom: null };
  const identity = { namespace: 'default', workflowId: 'nightly', firstExecutionRunId: '' };
  const run = { identity, owner: NO_OWNER, startedAtMs: 0 };
  return outlineOf(planRun(spec, run, names, namers), spec);
}

describe('the outline of a run', () => {
  it('names every step with its undo, and says which undo takes which along', () => {
    const { steps, unwind } = outline({ load: { qps: 5, total: 25 } });
    assert.deepEqual(
      steps.map(({ goesWith }) => goesWith),
      [null, ...steps.slice(1).map(() => 'cluster')],
    );
    assert.deepEqual(unwind, [steps[0]?.takesBack]);
  });

  it('shows that names hold a hash that only a started run has', () => {
    const { names } = outline({ load: { qps: 5, total: 25 } });
    assert.equal(names.cluster, 'st-nightly-<owner>');
    assert.ok(!JSON.stringify(names).includes(NO_OWNER));
  });

  it('counts node-hours from the load to the lease', () => {
    const pools = { general: { nodes: 2 }, sandbox: { nodes: 10 } };
    const spec = {
      provider: { type: 'local', pools },
      load: { qps: 1, duration: '30m' },
      limits: { lease: '2h' },
    };
    const { cost } = outline(spec);
    assert.deepEqual(cost.nodes, { general: 2, sandbox: 10 });
    assert.deepEqual([cost.leastNodeHours, cost.mostNodeHours], [6, 24]);
  });

  it('holds a spec that means the same when it is written down and read again', () => {
    const { spec } = outline({ load: { qps: 5, total: 25 } });
    assert.deepEqual(resolveSpec(parse(specYaml(spec))), spec);
  });
});
