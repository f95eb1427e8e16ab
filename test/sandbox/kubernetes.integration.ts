import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubeClient, KubeResource } from '../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import type { SandboxTarget } from '../../src/sandbox/agent-sandbox.ts';
import { launchOf } from '../../src/sandbox/claim-status.ts';
import { readControllerHistogram } from '../../src/sandbox/controller-metrics.ts';
import { MINUTE, createClaim, launchOfNewClaim, uidsOf } from './live-claims.ts';
import { POOL, said, sandbox, startLiveSandbox, work } from './live-sandbox.ts';
import type { LiveSandbox } from './live-sandbox.ts';

describe('agent-sandbox on a real control plane', { timeout: 5 * MINUTE }, () => {
  let live: LiveSandbox;
  let kube: KubeClient;
  let ours: SandboxTarget;
  let metricsUrl = '';

  before(async () => {
    live = await startLiveSandbox('sandbox');
    ({ kube, ours } = live);
  });
  after(() => live?.stop());

  const namespace = () => ours.plan.sandbox.workloadNamespace;
  const uids = (resource: KubeResource) => uidsOf(kube, resource, ours.plan);

  it('describes what is not there as null', async () => {
    assert.equal(await sandbox.describe(ours, work), null);
  });

  it('installs, and installing again changes nothing', async () => {
    const first = await sandbox.install(ours, work);
    metricsUrl = first.process?.metricsUrl ?? '';
    const kinds = [
      RESOURCES.Namespace,
      RESOURCES.CustomResourceDefinition,
      RESOURCES.ServiceAccount,
      RESOURCES.ClusterRole,
      RESOURCES.ClusterRoleBinding,
      RESOURCES.Role,
      RESOURCES.RoleBinding,
      RESOURCES.Service,
      RESOURCES.Deployment,
    ];
    const before = await Promise.all(kinds.map(uids));
    assert.deepEqual(
      before.map((found) => found.length),
      [1, 4, 1, 2, 2, 1, 1, 2, 1],
    );
    const second = await sandbox.install(ours, work);
    assert.deepEqual(await Promise.all(kinds.map(uids)), before);
    assert.deepEqual(second.controllerArgs, first.controllerArgs);
    assert(first.controllerArgs.includes('--enable-webhook=false'));
    assert(first.process?.command.includes('--sandbox-claim-concurrent-workers=100'));
    assert.deepEqual(await sandbox.describe(ours, work), { version: 'v0.5.6', available: true });
  });

  it("makes the workload, and again, with a stranger's RuntimeClass left alone", async () => {
    const { apiVersion, kind } = RESOURCES.RuntimeClass;
    await kube.create(RESOURCES.RuntimeClass, {
      apiVersion,
      kind,
      metadata: { name: 'runsc' },
      handler: 'other',
    });
    await sandbox.installWorkload(ours, work);
    const before = await uids(RESOURCES.SandboxTemplate);
    await sandbox.installWorkload(ours, work);
    assert.deepEqual(await uids(RESOURCES.SandboxTemplate), before);
    assert.equal(before.length, 1);
    const found = await kube.get(RESOURCES.RuntimeClass, 'runsc');
    assert.equal(found?.['handler'], 'other');
    assert.equal(found?.metadata.labels, undefined);
  });

  it('fills the warm pool, and a second time finds it full', async () => {
    const first = await sandbox.fillWarmPool(ours, work);
    assert.equal(first.replicas, POOL);
    assert(first.fillMs > 0);
    const second = await sandbox.fillWarmPool(ours, work);
    assert.equal(second.replicas, POOL);
    const { items } = await kube.list(RESOURCES.Sandbox, { namespace: namespace() });
    assert.deepEqual(
      items.map(({ metadata }) => launchOf(metadata)),
      Array(POOL).fill('warm'),
    );
    assert(said.includes(`warm pool: ${POOL} of ${POOL} sandboxes ready`));
  });

  it('gives a claim a warm sandbox, and the controller counts it', async () => {
    assert.equal(await launchOfNewClaim(kube, ours.plan, 0), 'warm');
    const histogram = readControllerHistogram(await (await fetch(metricsUrl)).text());
    assert.equal(histogram?.byLaunchType['warm']?.count, 1);
    assert.deepEqual(Object.keys(histogram?.byLaunchType ?? {}), ['warm']);
  });

  it('removes claims with their sandboxes, and again', async () => {
    await createClaim(kube, ours.plan, 2);
    await sandbox.removeClaims(ours, work);
    const claims = await kube.list(RESOURCES.SandboxClaim, { namespace: namespace() });
    assert.deepEqual(claims.items, []);
    const { items } = await kube.list(RESOURCES.Sandbox, { namespace: namespace() });
    const owners = items.flatMap(({ metadata }) => metadata.ownerReferences?.map(({ kind }) => kind) ?? []);
    assert(!owners.includes('SandboxClaim'));
    await sandbox.removeClaims(ours, work);
  });

  it('removes the warm pool with its sandboxes, and again', async () => {
    await sandbox.removeWarmPool(ours, work);
    assert.deepEqual((await kube.list(RESOURCES.Sandbox, { namespace: namespace() })).items, []);
    await sandbox.removeWarmPool(ours, work);
  });

  it('removes the workload, and again', async () => {
    await sandbox.removeWorkload(ours, work);
    assert.equal(await kube.getMetadata(RESOURCES.Namespace, namespace()), null);
    await sandbox.removeWorkload(ours, work);
  });

  it('removes the installation, and again, and every undo still succeeds after it', async () => {
    await sandbox.uninstall(ours, work);
    await sandbox.uninstall(ours, work);
    await sandbox.removeWorkload(ours, work);
    await sandbox.removeWarmPool(ours, work);
    await sandbox.removeClaims(ours, work);
    assert.equal(await sandbox.describe(ours, work), null);
    for (const resource of [
      RESOURCES.Namespace,
      RESOURCES.CustomResourceDefinition,
      RESOURCES.ClusterRole,
      RESOURCES.ClusterRoleBinding,
    ]) {
      assert.deepEqual(await uids(resource), []);
    }
    assert.notEqual(await kube.getMetadata(RESOURCES.RuntimeClass, 'runsc'), null);
  });
});
