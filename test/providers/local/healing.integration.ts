import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { UnavailableError } from '../../../src/domain/errors.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Work } from '../../../src/domain/work.ts';
import { connect } from '../../../src/kubernetes/connect.ts';
import { RESOURCES } from '../../../src/kubernetes/resources.ts';
import type { ClusterProvider } from '../../../src/providers/provider.ts';
import { isAlive } from '../../../src/system/process-identity.ts';
import { until } from '../../support/until.ts';
import { planFor } from '../sample-run.ts';
import { LocalWorld } from './local-world.ts';

describe('a local cluster in trouble', { timeout: 300_000 }, () => {
  const work: Work = { signal: AbortSignal.timeout(290_000), progress: () => undefined };
  let world: LocalWorld;
  let provider: ClusterProvider;
  let plan: Plan;
  before(async () => {
    world = await LocalWorld.make();
    provider = world.provider();
    plan = planFor(provider, world.spec, 'heal', '0000000ea1');
    await provider.ensure(plan, world.spec, work);
  });
  after(() => world?.dispose());

  const identity = async (): Promise<string | undefined> => {
    const kube = connect(await provider.credentials(plan.cluster, work));
    try {
      return (await kube.getMetadata(RESOURCES.Namespace, 'kube-system'))?.metadata.uid;
    } finally {
      await kube.close();
    }
  };
  const kill = async (...components: string[]): Promise<void> => {
    const { processes } = await world.record(plan);
    const chosen = components.flatMap((component) => processes[component] ?? []);
    for (const { pid } of chosen) process.kill(pid, 'SIGKILL');
    await until('their end', () => !chosen.some(isAlive) || null, { everyMs: 10 });
  };

  it('tells of a component that has died, and starts that one again on the same data', async () => {
    const [before, was] = [await world.record(plan), await identity()];
    await kill('kube-scheduler');
    const seen = await provider.describe(plan.cluster, work);
    assert.match(seen?.components['kube-scheduler'] ?? '', /not running$/);
    assert.doesNotMatch(seen?.components['etcd'] ?? '', /not running/);
    const mended = await provider.ensure(plan, world.spec, work);
    assert.doesNotMatch(mended.components['kube-scheduler'] ?? '', /not running/);
    const now = await world.record(plan);
    assert.notDeepEqual(now.processes['kube-scheduler'], before.processes['kube-scheduler']);
    assert.deepEqual(now.processes['kube-apiserver'], before.processes['kube-apiserver']);
    assert.equal(await identity(), was);
  });

  it('describes one without an API server, and starts all of it again on the same data', async () => {
    const was = await identity();
    await kill('etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok-controller');
    const seen = await provider.describe(plan.cluster, work);
    assert.match(seen?.components['kube-apiserver'] ?? '', /not running$/);
    assert.deepEqual(seen?.nodes, {});
    const mended = await provider.ensure(plan, world.spec, work);
    assert.deepEqual(mended.nodes, { general: 1, sandbox: 1 });
    assert.equal(await identity(), was);
  });

  it('makes one anew whose data is gone', async () => {
    const was = await identity();
    await kill('etcd');
    await rm(join(world.folderOf(plan), 'kwok/clusters/plane/etcd'), { recursive: true, maxRetries: 5 });
    const anew = await provider.ensure(plan, world.spec, work);
    assert.deepEqual(anew.nodes, { general: 1, sandbox: 1 });
    assert.notEqual(await identity(), was);
  });

  it('takes other ports where one is lost to a stranger between choice and bind', async () => {
    const unlucky = planFor(provider, world.spec, 'unlucky', '0000000ea2');
    const stranger = createServer((caller) => caller.destroy());
    const said: string[] = [];
    let taken = 0;
    const during: Work = {
      signal: work.signal,
      progress(message) {
        said.push(message);
        if (message !== 'starting the control plane' || taken > 0) return;
        taken = -1;
        void world.record(unlucky).then(({ ports }) => {
          taken = ports.etcd;
          stranger.listen(taken, '127.0.0.1');
        });
      },
    };
    try {
      await provider.ensure(unlucky, world.spec, during);
      assert.ok(said.includes('a port was taken by somebody else; trying others'), said.join('\n'));
      assert.notEqual((await world.record(unlucky)).ports.etcd, taken);
    } finally {
      stranger.close();
      await once(stranger, 'close');
    }
    await provider.remove(unlucky.cluster, unlucky.owner, work);
    assert.deepEqual(await provider.leftovers(unlucky.owner, work), []);
  });

  it('says in seconds which program does not run, and leaves nothing once removed', async () => {
    const broken = planFor(provider, world.spec, 'broken', '0000000ea3');
    // A program that ends as soon as it is started as a component.
    const withBroken = world.provider({ kwok: process.execPath });
    await assert.rejects(withBroken.ensure(broken, world.spec, work), (error: unknown) => {
      assert.ok(error instanceof UnavailableError);
      assert.match(error.message, /kwok-controller: the control plane does not stand: /);
      return true;
    });
    await provider.remove(broken.cluster, broken.owner, work);
    assert.deepEqual(await provider.leftovers(broken.owner, work), []);
  });
});
