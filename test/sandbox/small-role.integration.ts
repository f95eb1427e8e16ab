import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PermissionDeniedError } from '../../src/domain/errors.ts';
import { makePlan } from '../../src/domain/make-plan.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import type { KubeClient, KubeObject, KubeResource } from '../../src/kubernetes/kube-client.ts';
import { waitUntilGone } from '../../src/kubernetes/remove.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { runWindow } from '../../src/load/run-window.ts';
import { workloadCommand } from '../../src/load/workload.ts';
import type { WindowResult } from '../../src/measure/window-result.ts';
import type { SandboxTarget } from '../../src/sandbox/agent-sandbox.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { startControlPlane } from '../support/control-plane.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { MINUTE } from './live-claims.ts';
import { sandbox, work } from './live-sandbox.ts';
import { kubeconfigFor, rightsOf, roleWithout, shippedRole } from './small-role.ts';
import type { Right } from './small-role.ts';

const OWNER = '00000000ad';
const NAMESPACE = 'workload';
const CLAIMS = 4;
const COMMAND = workloadCommand('50ms', true);
const spec = resolveSpec({
  load: { qps: 20, total: CLAIMS, readyTimeout: '60s', workloadDuration: '50ms' },
  agentSandbox: { namespace: NAMESPACE, warmPool: { replicas: CLAIMS, readyTimeout: '60s' } },
});

/** What the stage's work says to each right that is missing. */
const REFUSALS: [Right, RegExp][] = [
  [{ resource: 'sandboxclaims', verb: 'create' }, /cannot create resource "sandboxclaims"/],
  [{ resource: 'sandboxclaims', verb: 'list' }, /cannot list resource "sandboxclaims"/],
  [{ resource: 'sandboxclaims', verb: 'watch' }, /cannot watch resource "sandboxclaims"/],
  [
    { resource: 'sandboxclaims', verb: 'deletecollection' },
    /cannot deletecollection resource "sandboxclaims"/,
  ],
  [{ resource: 'sandboxes', verb: 'list' }, /cannot list resource "sandboxes"/],
  [{ resource: 'sandboxes', verb: 'watch' }, /cannot watch resource "sandboxes"/],
  [{ resource: 'pods/exec', verb: 'get' }, /Pod workload\/\S+: exec failed with HTTP 403.*grant/],
  [{ resource: 'pods/exec', verb: 'create' }, /Pod workload\/\S+: exec failed with HTTP 403.*grant/],
  [{ resource: 'namespaces', verb: 'get' }, /cannot get resource "namespaces"/],
];

describe('the stage run-claims under the role that is shipped for it', { timeout: 10 * MINUTE }, () => {
  const role = shippedRole();
  let plane: ControlPlane;
  let plan: Plan;
  let folder: string;
  let windows = 0;
  const opened: KubeClient[] = [];

  const target = (kube: KubeClient): SandboxTarget => ({
    kube,
    plan,
    spec,
    inClusterWebhooks: false,
    runDeployment: (deployment: KubeObject, during) => plane.runDeployment(deployment, during),
  });
  const clientWith = async (given: typeof role): Promise<KubeClient> => {
    const admin = { kube: plane.kube, kubeconfig: plane.access.kubeconfig };
    const kube = connect({ kubeconfig: await kubeconfigFor(admin, given, NAMESPACE) });
    opened.push(kube);
    return kube;
  };
  const runClaims = (kube: KubeClient): Promise<WindowResult> => {
    windows += 1;
    return runWindow(
      { plan, load: spec.load, windowIndex: windows, firstIndex: 0, arrivals: CLAIMS },
      {
        kube,
        folder: join(folder, String(windows)),
        host: 'here',
        activity: `run-1/${windows}`,
        attempt: 1,
        resume: null,
        heartbeat: () => undefined,
        signal: work.signal,
      },
    );
  };
  const claimsLeft = async () =>
    (await plane.kube.list(RESOURCES.SandboxClaim, { namespace: NAMESPACE })).items;

  /** A sandbox that a claim owns and that stays, so that the undo has to wait for it. */
  const HELD = 'held';
  const holdSandbox = () =>
    plane.kube.create(RESOURCES.Sandbox, {
      apiVersion: RESOURCES.Sandbox.apiVersion,
      kind: 'Sandbox',
      metadata: {
        name: HELD,
        namespace: NAMESPACE,
        finalizers: ['example.com/held'],
        ownerReferences: [
          {
            apiVersion: RESOURCES.SandboxClaim.apiVersion,
            kind: 'SandboxClaim',
            name: 'gone',
            uid: randomUUID(),
          },
        ],
      },
      spec: { podTemplate: { spec: { containers: [{ name: 'main', image: 'none' }] } } },
    });
  const letSandboxGo = async () => {
    const where = { namespace: NAMESPACE };
    if ((await plane.kube.getMetadata(RESOURCES.Sandbox, HELD, where)) === null) return;
    await plane.kube.delete(RESOURCES.Sandbox, HELD, where);
    await plane.kube.mergePatch(RESOURCES.Sandbox, HELD, { metadata: { finalizers: null } }, where);
    await waitUntilGone(plane.kube, RESOURCES.Sandbox, { ...where, name: HELD, timeoutMs: MINUTE });
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandtide-role-'));
    plane = await startControlPlane('small-role', COMMAND);
    plan = makePlan({
      identity: { namespace: 'default', workflowId: 'role', firstExecutionRunId: 'run-1' },
      owner: OWNER,
      cluster: { provider: 'local', name: 'role', location: 'here' },
      sandbox: sandbox.plan(spec, 'role', OWNER),
      disposable: true,
      lease: '1h',
      nowMs: Date.now(),
      workloadCommand: COMMAND,
      totalClaims: CLAIMS,
      warmPoolReplicas: CLAIMS,
    });
    const asAdmin = target(plane.kube);
    await sandbox.install(asAdmin, work);
    await sandbox.installWorkload(asAdmin, work);
    await sandbox.fillWarmPool(asAdmin, work);
  });
  after(async () => {
    for (const kube of opened) await kube.close();
    await plane?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('runs every claim with its workload, and undoes them', async () => {
    const kube = await clientWith(role);
    const result = await runClaims(kube);
    assert.deepEqual(result.errors, {});
    assert.equal(result.counts.ready, CLAIMS);
    assert.equal(result.counts.launchUnknown, 0);
    await sandbox.removeClaims(target(kube), work);
    assert.deepEqual(await claimsLeft(), []);
  });

  describe('can do nothing else', () => {
    let kube: KubeClient;
    before(async () => {
      kube = await clientWith({ ...role, metadata: { name: 'nothing-else' } });
    });
    const elsewhere = { namespace: 'agent-sandbox-system' };
    const here = { namespace: NAMESPACE };
    const reads: [string, KubeResource, { namespace?: string }][] = [
      ['secrets of its namespace', RESOURCES.Secret, here],
      ['secrets of all namespaces', RESOURCES.Secret, {}],
      ['pods of its namespace', RESOURCES.Pod, here],
      ['claims of another namespace', RESOURCES.SandboxClaim, elsewhere],
      ['claims of all namespaces', RESOURCES.SandboxClaim, {}],
      ['definitions of kinds', RESOURCES.CustomResourceDefinition, {}],
      ['namespaces', RESOURCES.Namespace, {}],
      ['nodes', RESOURCES.Node, {}],
    ];
    for (const [what, resource, where] of reads) {
      it(`not read ${what}`, async () => {
        await assert.rejects(kube.list(resource, where), PermissionDeniedError);
      });
    }

    it('not make a pod, a template or a right', async () => {
      for (const resource of [RESOURCES.Pod, RESOURCES.SandboxTemplate, RESOURCES.RoleBinding]) {
        const { apiVersion, kind } = resource;
        const object = { apiVersion, kind, metadata: { name: 'more', namespace: NAMESPACE } };
        await assert.rejects(kube.create(resource, object), PermissionDeniedError);
      }
    });

    it('not delete its namespace, nor look at another', async () => {
      await assert.rejects(kube.delete(RESOURCES.Namespace, NAMESPACE), PermissionDeniedError);
      await assert.rejects(kube.get(RESOURCES.Namespace, 'default'), PermissionDeniedError);
    });
  });

  describe('with one right less', () => {
    for (const [right, said] of REFUSALS) {
      it(`fails by naming what is missing: ${right.verb} ${right.resource}`, async () => {
        const kube = await clientWith(roleWithout(role, right));
        const stage = async () => {
          await runClaims(kube);
          await holdSandbox();
          await sandbox.removeClaims(target(kube), work);
        };
        await assert.rejects(stage(), (error) => {
          assert.ok(error instanceof PermissionDeniedError, String(error));
          assert.match(error.message, said);
          return true;
        });
        await letSandboxGo();
        await sandbox.removeClaims(target(plane.kube), work);
      });
    }

    it('leaves to the undo what it may not delete', async () => {
      const kube = await clientWith(roleWithout(role, { resource: 'sandboxclaims', verb: 'delete' }));
      const result = await runClaims(kube);
      assert.equal(result.counts.ready, CLAIMS);
      assert.equal((await claimsLeft()).length, CLAIMS);
      await sandbox.removeClaims(target(kube), work);
      assert.deepEqual(await claimsLeft(), []);
    });

    it('counts launches that it may not read as unknown', async () => {
      const kube = await clientWith(roleWithout(role, { resource: 'sandboxes', verb: 'get' }));
      const { counts } = await runClaims(kube);
      assert.equal(counts.launchUnknown, CLAIMS);
    });
  });

  it('has no right but those that were tried', () => {
    const tried = [
      ...REFUSALS.map(([right]) => right),
      { resource: 'sandboxclaims', verb: 'delete' },
      { resource: 'sandboxes', verb: 'get' },
      // Reads a claim whose create met "exists", or whose answer was lost.
      { resource: 'sandboxclaims', verb: 'get' },
    ];
    const text = ({ resource, verb }: Right) => `${verb} ${resource}`;
    assert.deepEqual(new Set(rightsOf(role).map(text)), new Set(tried.map(text)));
  });
});
