import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ConflictError, TimedOutError } from '../../src/domain/errors.ts';
import type { KubeClient, KubeResource } from '../../src/kubernetes/kube-client.ts';
import { waitUntilGone } from '../../src/kubernetes/remove.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import type { SandboxTarget } from '../../src/sandbox/agent-sandbox.ts';
import {
  MINUTE,
  claimOf,
  createClaim,
  launchOfNewClaim,
  setFinalizers,
  strangersClaimDefinition,
  uidsOf,
} from './live-claims.ts';
import { POOL, impatient, sandbox, specOf, startLiveSandbox, work } from './live-sandbox.ts';
import type { LiveSandbox } from './live-sandbox.ts';
import { samplePlan } from './sample-plan.ts';

describe('agent-sandbox among strangers and in trouble', { timeout: 5 * MINUTE }, () => {
  let live: LiveSandbox;
  let kube: KubeClient;
  let ours: SandboxTarget;
  let theirs: SandboxTarget;

  before(async () => {
    live = await startLiveSandbox('trouble');
    ({ kube, ours, theirs } = live);
  });
  after(() => live?.stop());

  const uids = (resource: KubeResource) => uidsOf(kube, resource, ours.plan);

  it("refuses a stranger's CRD before it has created anything", async () => {
    const name = 'sandboxclaims.extensions.agents.x-k8s.io';
    const theirCrd = await kube.create(RESOURCES.CustomResourceDefinition, strangersClaimDefinition(name));
    await assert.rejects(sandbox.install(ours, work), (error: unknown) => {
      assert(error instanceof ConflictError);
      assert.match(error.message, /CustomResourceDefinition sandboxclaims\.extensions\.agents\.x-k8s\.io/);
      return true;
    });
    assert.equal(await kube.getMetadata(RESOURCES.Namespace, ours.plan.sandbox.systemNamespace), null);
    const after = await kube.getMetadata(RESOURCES.CustomResourceDefinition, name);
    assert.equal(after?.metadata.uid, theirCrd.metadata.uid);
    await kube.delete(RESOURCES.CustomResourceDefinition, name);
    await waitUntilGone(kube, RESOURCES.CustomResourceDefinition, { name, timeoutMs: MINUTE });
  });

  it('installs where it was refused before, once the stranger is gone', async () => {
    await sandbox.install(ours, work);
    await sandbox.installWorkload(ours, work);
    assert.deepEqual(await sandbox.describe(ours, work), { version: 'v0.5.6', available: true });
  });

  it("refuses another run's installation and leaves it as it is", async () => {
    const before = await uids(RESOURCES.Deployment);
    await assert.rejects(sandbox.install(theirs, work), (error: unknown) => {
      assert(error instanceof ConflictError);
      assert.match(error.message, /by run tide \(owner 0123456789\)/);
      return true;
    });
    await sandbox.uninstall(theirs, work);
    assert.deepEqual(await uids(RESOURCES.Deployment), before);
  });

  it('refuses to uninstall while another run has claims, and removes nothing', async () => {
    const claim = claimOf(theirs.plan, 0);
    const other = { ...claim, metadata: { ...claim.metadata, name: 'other', namespace: 'default' } };
    const made = await kube.create(RESOURCES.SandboxClaim, other);
    await assert.rejects(sandbox.uninstall(ours, work), (error: unknown) => {
      assert(error instanceof ConflictError);
      assert.match(error.message, /SandboxClaim default\/other/);
      return true;
    });
    assert.deepEqual(await sandbox.describe(ours, work), { version: 'v0.5.6', available: true });
    await kube.delete(RESOURCES.SandboxClaim, 'other', {
      namespace: 'default',
      uid: made.metadata.uid ?? '',
    });
    await waitUntilGone(kube, RESOURCES.SandboxClaim, { namespace: 'default', timeoutMs: MINUTE });
  });

  it('says why a pool does not fill, within its time', async () => {
    const spec = specOf(POOL);
    spec.agentSandbox.template = { ...spec.agentSandbox.template, cpuRequest: '1000', runtimeClass: 'rare' };
    spec.agentSandbox.warmPool.readyTimeout = '3s';
    const crowded: SandboxTarget = { ...theirs, spec, plan: samplePlan(spec, '9876543210') };
    await sandbox.installWorkload(crowded, work);
    assert.notEqual(await kube.getMetadata(RESOURCES.RuntimeClass, 'rare'), null);
    await assert.rejects(sandbox.fillWarmPool(crowded, work), (error: unknown) => {
      assert(error instanceof TimedOutError);
      assert.match(error.message, /0 of 3 sandboxes ready after 3s; Unschedulable: .*Insufficient cpu/);
      return true;
    });
    await sandbox.removeWarmPool(crowded, work);
    await sandbox.removeWorkload(crowded, work);
    assert.equal(await kube.getMetadata(RESOURCES.RuntimeClass, 'rare'), null);
    assert.equal(await kube.getMetadata(RESOURCES.Namespace, crowded.plan.sandbox.workloadNamespace), null);
  });

  it('makes a pool of none, from which a claim starts cold', async () => {
    const spec = specOf(0);
    const cold: SandboxTarget = { ...theirs, spec, plan: samplePlan(spec, 'cccccccccc') };
    await sandbox.installWorkload(cold, work);
    assert.deepEqual(await sandbox.fillWarmPool(cold, work), { replicas: 0, fillMs: 0 });
    assert.equal(await launchOfNewClaim(kube, cold.plan, 0), 'cold');
    await sandbox.removeClaims(cold, work);
    await sandbox.removeWarmPool(cold, work);
    await sandbox.removeWorkload(cold, work);
  });

  it('names what keeps a namespace from going', async () => {
    const held: SandboxTarget = { ...theirs, plan: samplePlan(theirs.spec, 'dddddddddd') };
    await sandbox.installWorkload(held, work);
    const claim = await createClaim(kube, held.plan, 0);
    await setFinalizers(kube, claim, ['example.org/hold']);
    await assert.rejects(impatient.removeWorkload(held, work), (error: unknown) => {
      assert(error instanceof TimedOutError);
      assert.match(error.message, new RegExp(`SandboxClaim ${claim.name} \\(finalizers example.org/hold\\)`));
      return true;
    });
    await setFinalizers(kube, claim, null);
    await sandbox.removeWorkload(held, work);
  });

  it('names a stuck finalizer instead of stripping it', async () => {
    const claim = await createClaim(kube, ours.plan, 1);
    await setFinalizers(kube, claim, ['example.org/hold']);
    await assert.rejects(impatient.removeClaims(ours, work), (error: unknown) => {
      assert(error instanceof TimedOutError);
      assert.match(error.message, new RegExp(`${claim.name}.*example.org/hold`));
      return true;
    });
    const aborting = new AbortController();
    const reason = new Error('the operator has had enough');
    const stopped = sandbox.removeClaims(ours, { signal: aborting.signal, progress: () => {} });
    setTimeout(() => aborting.abort(reason), 200);
    await assert.rejects(stopped, reason);
    const held = await kube.getMetadata(RESOURCES.SandboxClaim, claim.name, {
      namespace: ours.plan.sandbox.workloadNamespace,
    });
    assert.deepEqual(held?.metadata.finalizers, ['example.org/hold']);
    await setFinalizers(kube, claim, null);
  });
});
