import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PermissionDeniedError } from '../../src/domain/errors.ts';
import { makePlan } from '../../src/domain/make-plan.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Work } from '../../src/domain/work.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import type { KubeObject } from '../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { runWindow } from '../../src/load/run-window.ts';
import { rightsNeeded, rightText } from '../../src/providers/existing/rights.ts';
import type { Right } from '../../src/providers/existing/rights.ts';
import type { ClusterProvider } from '../../src/providers/provider.ts';
import type { RunSpec } from '../../src/spec/schema.ts';
import { createAgentSandboxTypes } from '../../src/sandbox/registry.ts';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { until } from '../support/until.ts';
import { ExistingWorld, writeKubeconfig } from './existing/existing-world.ts';
import { installByHand, wholeCluster, workByHand } from './existing/foreign-installation.ts';
import { accountWith, demanded, rightsOf, rolesWithout, shippedRoles } from './existing/shipped-roles.ts';
import type { ShippedRole } from './existing/shipped-roles.ts';

const MINUTE = 60_000;
const CLAIMS = 3;

describe(
  'a run on an existing cluster, under the roles that are shipped for it',
  { timeout: 10 * MINUTE },
  () => {
    const work: Work = { signal: AbortSignal.timeout(9 * MINUTE), progress: () => undefined };
    const toolchain = createToolchain();
    const sandbox = createAgentSandboxTypes({
      manifestsFolder: (version, during) => toolchain.agentSandboxManifests(version, during),
    })('Kubernetes');
    let world: ExistingWorld;
    let provider: ClusterProvider;

    before(async () => {
      world = await ExistingWorld.make('roles');
      provider = world.provider();
    });
    after(() => world?.dispose());

    const admin = () => ({ kube: world.plane.kube, kubeconfig: world.plane.access.kubeconfig });
    /** An account with these roles, and the spec of a run that is that account. */
    const specOf = async (
      account: string,
      roles: readonly ShippedRole[],
      agentSandbox: Record<string, unknown>,
    ): Promise<RunSpec> => {
      const path = join(world.folder, `${account}.kubeconfig`);
      await writeKubeconfig(path, await accountWith(admin(), account, roles));
      const small = { warmPool: { replicas: CLAIMS, readyTimeout: '60s' }, ...agentSandbox };
      return world.specWith(small, { kubeconfig: path });
    };
    const planOf = (spec: RunSpec, owner: string): Plan =>
      makePlan({
        identity: { namespace: 'default', workflowId: 'roles', firstExecutionRunId: owner },
        owner,
        cluster: provider.plan(spec, 'roles', owner),
        sandbox: sandbox.plan(spec, 'roles', owner),
        disposable: false,
        lease: '1h',
        nowMs: Date.now(),
        workloadCommand: null,
        totalClaims: CLAIMS,
        warmPoolReplicas: CLAIMS,
      });

    /** Every step and every undo, as the run's account. */
    const wholeRun = async (spec: RunSpec, owner: string, isOwn: boolean): Promise<void> => {
      const plan = planOf(spec, owner);
      await until('the roles to be in force', () =>
        provider.ensure(plan, spec, work).catch((error: unknown) => {
          if (error instanceof PermissionDeniedError) return null;
          throw error;
        }),
      );
      const kube = connect(await provider.credentials(plan.cluster, work));
      try {
        const runDeployment = isOwn
          ? (deployment: KubeObject, during: Work) => world.plane.runDeployment(deployment, during)
          : null;
        const target = { kube, plan, spec, inClusterWebhooks: true, runDeployment };
        const installation = await sandbox.install(target, work);
        assert.equal(installation.version, 'v0.5.6');
        await sandbox.installWorkload(target, work);
        await sandbox.fillWarmPool(target, work);
        const { counts } = await runWindow(
          {
            plan,
            load: spec.load,
            claim: spec.agentSandbox.claim,
            windowIndex: 0,
            firstIndex: 0,
            arrivals: 1,
          },
          {
            kube,
            folder: join(world.folder, owner),
            host: 'here',
            activity: 'run-1/1',
            attempt: 1,
            resume: null,
            heartbeat: () => undefined,
            signal: work.signal,
          },
        );
        assert.equal(counts.ready, 1);
        await sandbox.removeClaims(target, work);
        await sandbox.removeWarmPool(target, work);
        await sandbox.removeWorkload(target, work);
        await sandbox.uninstall(target, work);
      } finally {
        await kube.close();
      }
      await provider.remove(plan.cluster, owner, work);
      assert.deepEqual(await provider.leftovers(owner, work, plan.cluster), []);
    };

    it('installs agent-sandbox, loads it and removes all of it again', async () => {
      const spec = await specOf('own', shippedRoles('own'), {});
      await wholeRun(spec, '00000000d1', true);
      for (const { plural, apiVersion } of [RESOURCES.Sandbox, RESOURCES.SandboxClaim]) {
        const name = `${plural}.${apiVersion.split('/')[0]}`;
        assert.equal(await admin().kube.getMetadata(RESOURCES.CustomResourceDefinition, name), null);
      }
    });

    it("measures somebody's installation, and leaves every object that is not its own as it was, byte by byte", async () => {
      await installByHand(world.plane, work);
      await workByHand(admin().kube);
      const spec = await specOf('guest', shippedRoles('use-existing'), { install: 'useExisting' });
      const before = await wholeCluster(admin().kube);
      await wholeRun(spec, '00000000d2', false);
      assert.deepEqual(await wholeCluster(admin().kube), before);
    });

    it('names every right of a user who has none, before anything is made', async () => {
      const spec = await specOf('nobody', [], { install: 'useExisting' });
      const before = await wholeCluster(admin().kube);
      const error = await provider
        .ensure(planOf(spec, '00000000d3'), spec, work)
        .catch((reason: unknown) => reason);
      assert.ok(error instanceof PermissionDeniedError);
      const rights = rightsNeeded({ install: 'useExisting', workload: false, runtimeClass: false });
      for (const right of rights) assert.ok(error.message.includes(rightText(right)), rightText(right));
      assert.match(error.message, /deploy\/rbac\/existing-use-existing\.yaml/);
      assert.deepEqual(await wholeCluster(admin().kube), before);
    });

    const missing: Right[] = [
      { verb: 'create', group: '', resource: 'namespaces' },
      { verb: 'patch', group: 'extensions.agents.x-k8s.io', resource: 'sandboxwarmpools' },
      { verb: 'watch', group: 'agents.x-k8s.io', resource: 'sandboxes' },
      {
        ...{ verb: 'delete', group: 'coordination.k8s.io', resource: 'leases' },
        ...{ namespace: 'default', name: 'sandtide' },
      },
    ];
    it('without one of its rights names that one alone', async () => {
      const roles = demanded(shippedRoles('use-existing')).map((role) => ({
        ...role,
        metadata: { ...role.metadata, name: `less-${role.metadata.name}` },
      }));
      assert.ok(
        missing.every((right) => rightsOf(roles).some((each) => rightText(each) === rightText(right))),
      );
      const spec = await specOf('less', roles, { install: 'useExisting' });
      const plan = planOf(spec, '00000000d4');
      for (const right of missing) {
        for (const { kind, metadata, rules } of rolesWithout(roles, right)) {
          const where = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
          const resource = kind === 'ClusterRole' ? RESOURCES.ClusterRole : RESOURCES.Role;
          await admin().kube.mergePatch(resource, metadata.name, { rules }, where);
        }
        const told = `lacks 1 of \\d+ rights: ${RegExp.escape(rightText(right))};`;
        await until(`the lack of ${rightText(right)}`, async () => {
          const error: unknown = await provider.ensure(plan, spec, work).catch((reason: unknown) => reason);
          return (error instanceof PermissionDeniedError && new RegExp(told).test(error.message)) || null;
        });
      }
      assert.deepEqual(await provider.leftovers(plan.owner, work, plan.cluster), []);
    });
  },
);
