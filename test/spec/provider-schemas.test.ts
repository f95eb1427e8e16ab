import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { HOSTILE_TEXTS } from '../activities/hostile-inputs.ts';
import { findings, SMALLEST } from './spec-samples.ts';

const refused = (provider: object, agentSandbox: object = {}) =>
  findings(() => resolveSpec({ ...SMALLEST, provider, agentSandbox }));
const existing = (more: object = {}) => ({ type: 'existing', context: 'prod', ...more });

describe('a cluster of the user', () => {
  it('is named by its context at least', () => {
    assert.deepEqual(refused({ type: 'existing' }), [
      'provider.context: is missing; give the name of a context of that kubeconfig',
    ]);
    assert.deepEqual(resolveSpec({ ...SMALLEST, provider: existing() }).provider, {
      ...existing(),
      ...{ kubeconfig: null, allowExec: false },
    });
  });

  it('has a kubeconfig whose name is whole and tells where the file is', () => {
    for (const kubeconfig of ['config', '../config', '/a#b', '/a?exec', '~', '~other/config', '/a\nb', ''])
      assert.equal(refused(existing({ kubeconfig })).length, 1, kubeconfig);
    for (const kubeconfig of ['~/.kube/config', '/etc/kube config', null])
      resolveSpec({ ...SMALLEST, provider: existing({ kubeconfig }) });
  });

  it('has a context of any name that a cloud gives, but none that a program could take for an option', () => {
    for (const context of ['arn:aws:eks:eu-west-1:1:cluster/prod', 'gke_p_z_n', 'admin@prod', 'a#b?c'])
      resolveSpec({ ...SMALLEST, provider: existing({ context }) });
    for (const context of ['', ' prod', '--help', 'a\u0000b'])
      assert.equal(refused(existing({ context })).length, 1, JSON.stringify(context));
  });
});

it('only a cluster that is there already has an installation to use', () => {
  assert.deepEqual(refused({ type: 'local' }, { install: 'useExisting' }), [
    'agentSandbox.install: found useExisting, but a cluster of the provider local is made by the run and has none; allowed: own',
  ]);
  resolveSpec({ ...SMALLEST, provider: existing(), agentSandbox: { install: 'useExisting' } });
});

it("an installation that is there may be of any release, for nobody applies that release's manifests", () => {
  const agentSandbox = { install: 'useExisting', version: 'v0.6.0' };
  resolveSpec({ ...SMALLEST, provider: existing(), agentSandbox });
});

describe('a kind cluster', () => {
  it('has node images by digest alone, and no text that a program could take for something else', () => {
    for (const image of ['kindest/node:v1.34.0', `-x@sha256:${'a'.repeat(64)}`, ...HOSTILE_TEXTS])
      assert.equal(refused({ type: 'kind', image }).length, 1, image);
    const image = `kindest/node:v1.34.0@sha256:${'a'.repeat(64)}`;
    resolveSpec({ ...SMALLEST, provider: { type: 'kind', image } });
  });

  it('has room for a hundred and ten pods on each node', () => {
    const found = refused(
      { type: 'kind', pools: { sandbox: { nodes: 1 } } },
      { warmPool: { replicas: 111 } },
    );
    assert.deepEqual(found, [
      'agentSandbox.warmPool.replicas: 111 sandboxes can never be ready at once: provider.pools.sandbox has room for 110 pods (1 nodes x 110 maxPods)',
    ]);
  });
});
