import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LABELS } from '../../src/domain/names.ts';
import type { Work } from '../../src/domain/work.ts';
import type { KubeObject, KubeResource } from '../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { createAgentSandboxTypes } from '../../src/sandbox/registry.ts';
import { removeOwned } from '../../src/unwind/remove-owned.ts';
import type { UnwindWorld } from '../../src/unwind/undo-step.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { startControlPlane } from '../support/control-plane.ts';
import { ownedCluster, RecordingProvider } from '../support/recording-provider.ts';

const WORK: Work = { signal: AbortSignal.timeout(110_000), progress: () => undefined };
const OURS = ownedCluster(1);
const THEIRS = ownedCluster(2);
const LOOKED_AT = [RESOURCES.Namespace, RESOURCES.ClusterRole, RESOURCES.RuntimeClass];

describe('the unwind by labels in a cluster that stays', { timeout: 120_000 }, () => {
  let plane: ControlPlane;
  let world: UnwindWorld;
  const provider = new (class extends RecordingProvider {
    override readonly capabilities = { ...new RecordingProvider().capabilities, disposable: false };
    override readonly describe = () => Promise.resolve({}) as never;
    override readonly credentials = () => Promise.resolve(plane.access) as never;
  })([OURS, THEIRS]);

  before(async () => {
    plane = await startControlPlane('labels-alone');
    // One connection for all, closed by its owner.
    const kube = Object.create(plane.kube, {
      close: { value: () => Promise.resolve() },
    }) as typeof plane.kube;
    const agentSandbox = createAgentSandboxTypes({
      manifestsFolder: () => Promise.reject(new Error('no need')),
    });
    world = { provider: () => provider, agentSandbox, connect: () => kube };
    for (const { owner } of [OURS, THEIRS]) {
      await make(RESOURCES.Namespace, `chosen-${owner}`, owner);
      await make(RESOURCES.ClusterRole, `role-${owner}`, owner, { rules: [] });
      await make(RESOURCES.RuntimeClass, `runtime-${owner}`, owner, { handler: 'runsc' });
    }
    await make(RESOURCES.Namespace, 'agent-sandbox-system', OURS.owner);
  });
  after(() => plane.stop());

  const make = (resource: KubeResource, name: string, owner: string, rest: Partial<KubeObject> = {}) =>
    plane.kube.create(resource, {
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      metadata: { name, labels: { [LABELS.owner]: owner } },
      ...rest,
    });

  async function labelled(): Promise<string[]> {
    const lists = await Promise.all(
      LOOKED_AT.map((resource) => plane.kube.list(resource, { labelSelector: LABELS.owner })),
    );
    return lists.flatMap(({ items }) => items.map(({ metadata }) => metadata.name)).sort();
  }

  it("takes away all that carries the owner's label, under whatever name, and nothing of another's", async () => {
    assert.equal((await labelled()).length, 7);
    await removeOwned(world, OURS, WORK);
    const { owner } = THEIRS;
    assert.deepEqual(await labelled(), [`chosen-${owner}`, `role-${owner}`, `runtime-${owner}`]);
    assert.deepEqual(provider.removed, [OURS.handle.name]);
  });

  it('succeeds where nothing of the owner is left', async () => {
    await removeOwned(world, OURS, WORK);
    assert.equal((await labelled()).length, 3);
  });
});
