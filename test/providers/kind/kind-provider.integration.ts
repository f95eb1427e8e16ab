import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { ConflictError, UnavailableError, UnworkableError } from '../../../src/domain/errors.ts';
import { withLease } from '../../../src/domain/lease.ts';
import type { Work } from '../../../src/domain/work.ts';
import { homeOf, kindWorld, WORK } from './kind-world.ts';

const IMAGE = `kindest/node:v1.34.0@sha256:${'a'.repeat(64)}`;
const [OURS, THEIRS] = ['00000000a1', '00000000a2'];

interface Config {
  kind: string;
  networking: { apiServerAddress: string };
  nodes: { role: string; image?: string; labels?: Record<string, string>; kubeadmConfigPatches?: string[] }[];
}

// Never run against a real kind: a program on PATH that keeps its calls stands in for it.
describe('the provider kind, with a stand-in for the program', { timeout: 240_000 }, () => {
  it('creates a cluster by separate arguments, with a kubeconfig of its own that is private', async (t) => {
    const world = await kindWorld(t);
    const plan = world.planOf('nightly', OURS);
    const made = await world.provider().ensure(plan, world.spec, WORK);
    const root = join(world.stateFolder, 'kind', plan.cluster.name);
    assert.deepEqual(
      world.calls('create').map(({ args }) => args),
      [
        [
          ...['create', 'cluster', '--name', plan.cluster.name, '--config', join(root, 'kind.yaml')],
          ...['--kubeconfig', join(root, 'kubeconfig'), '--wait', '5m'],
        ],
      ],
    );
    assert.ok(
      world.calls().every((call) => call.kubeconfig === 'unset' && call.clusterName === 'unset'),
      "the user's own kubeconfig is not for kind to write",
    );
    assert.deepEqual(made.nodes, { 'control-plane': 1, general: 1, sandbox: 1 });
    assert.equal(made.kubernetesVersion, 'v1.34.0');
    assert.deepEqual(made.components, { kind: 'v0.30.0' });
    assert.equal(statSync(root).mode & 0o077, 0);
    for (const file of ['kubeconfig', 'kind.yaml', 'cluster.json'])
      assert.equal(statSync(join(root, file)).mode & 0o077, 0, file);
  });

  it('asks for nodes by pool with image, labels and taints, and for an API server on loopback', async (t) => {
    const pools = {
      general: { nodes: 1, labels: { team: 'a' } },
      sandbox: { nodes: 2, taints: [{ key: 'only', value: 'sandboxes', effect: 'NoExecute' }] },
    };
    const world = await kindWorld(t, { image: IMAGE, pools });
    const plan = world.planOf('nightly', OURS);
    await world.provider().ensure(plan, world.spec, WORK);
    const config = parse(world.configOf(plan)) as Config;
    assert.equal(config.networking.apiServerAddress, '127.0.0.1');
    assert.deepEqual(
      config.nodes.map(({ role, labels = {}, image }) => [role, labels['sandtide.dev/pool'] ?? null, image]),
      [
        ['control-plane', null, IMAGE],
        ['worker', 'general', IMAGE],
        ['worker', 'sandbox', IMAGE],
        ['worker', 'sandbox', IMAGE],
      ],
    );
    assert.equal(config.nodes[1]?.labels?.['team'], 'a');
    assert.equal(config.nodes[1]?.kubeadmConfigPatches, undefined);
    assert.deepEqual(parse(config.nodes[2]?.kubeadmConfigPatches?.[0] ?? ''), {
      kind: 'JoinConfiguration',
      nodeRegistration: { taints: pools.sandbox.taints },
    });
  });

  it('adopts its own cluster, by two workers at once too, and refuses a stranger', async (t) => {
    const world = await kindWorld(t);
    const plan = world.planOf('nightly', OURS);
    const [one, other] = await Promise.all([1, 2].map(() => world.provider().ensure(plan, world.spec, WORK)));
    assert.deepEqual(one, other);
    assert.deepEqual(await world.provider().describe(plan.cluster, WORK), one);
    assert.equal(world.calls('create').length, 1);
    const theirs = { ...world.planOf('nightly', THEIRS), cluster: plan.cluster };
    await assert.rejects(world.provider().ensure(theirs, world.spec, WORK), ConflictError);
    await assert.rejects(world.provider().renewLease(theirs, WORK), ConflictError);
    await assert.rejects(world.provider().remove(plan.cluster, THEIRS, WORK), ConflictError);
    assert.deepEqual(world.clusters(), [plan.cluster.name]);
  });

  it('removes cluster and files, and again; what is not there is not asked to be deleted', async (t) => {
    const world = await kindWorld(t);
    const plan = world.planOf('nightly', OURS);
    await world.provider().remove(plan.cluster, OURS, WORK);
    assert.deepEqual(world.calls('delete'), []);
    await world.provider().ensure(plan, world.spec, WORK);
    assert.notDeepEqual(await world.provider().leftovers(OURS, WORK), []);
    assert.deepEqual(await world.provider().leftovers(THEIRS, WORK), []);
    for (const _ of [1, 2]) {
      await world.provider().remove(plan.cluster, OURS, WORK);
      assert.deepEqual(await world.provider().leftovers(OURS, WORK), []);
      assert.equal(await world.provider().describe(plan.cluster, WORK), null);
      assert.deepEqual(await world.provider().list(WORK), []);
    }
    await assert.rejects(world.provider().credentials(plan.cluster, WORK), /there is none on/);
  });

  it('is not told to be gone by a delete that did nothing', async (t) => {
    const world = await kindWorld(t);
    const plan = world.planOf('nightly', OURS);
    await world.provider().ensure(plan, world.spec, WORK);
    world.fault('delete cluster', 'does-nothing');
    await assert.rejects(world.provider().remove(plan.cluster, OURS, WORK), /still lists it/);
    assert.notDeepEqual(await world.provider().leftovers(OURS, WORK), []);
    await world.provider().remove(plan.cluster, OURS, WORK);
    assert.deepEqual(world.clusters(), []);
  });

  it('lists owner, run, lease and home, from the cluster itself where this machine has lost its notes', async (t) => {
    const world = await kindWorld(t);
    const plan = world.planOf('nightly', OURS);
    await world.provider().ensure(plan, world.spec, WORK);
    const until = plan.leaseUntilSeconds + 3_600;
    await world
      .provider()
      .renewLease(withLease(plan, { leaseUntilSeconds: until, leaseCapSeconds: until }), WORK);
    const listed = {
      ...{ handle: plan.cluster, owner: OURS, runName: 'nightly' },
      ...{ leaseUntilSeconds: until, home: homeOf('nightly') },
    };
    assert.deepEqual(await world.provider().list(WORK), [listed]);
    const elsewhere = world.provider({}, join(world.folder, 'another-state'));
    assert.deepEqual(await elsewhere.list(WORK), [listed]);
    await assert.rejects(elsewhere.remove(plan.cluster, THEIRS, WORK), ConflictError);
    await elsewhere.remove(plan.cluster, OURS, WORK);
    assert.deepEqual(world.clusters(), []);
  });

  it('is taken over by the run that is told to, here and in the cluster', async (t) => {
    const world = await kindWorld(t);
    const plan = world.planOf('nightly', OURS);
    await world.provider().ensure(plan, world.spec, WORK);
    const heir = { ...world.planOf('weekly', THEIRS), cluster: plan.cluster };
    await assert.rejects(world.provider().takeOver(heir, '00000000a9', WORK), ConflictError);
    await world.provider().takeOver(heir, OURS, WORK);
    await world.provider().takeOver(heir, OURS, WORK);
    for (const state of [world.stateFolder, join(world.folder, 'another-state')]) {
      const [listed] = await world.provider({}, state).list(WORK);
      assert.deepEqual([listed?.owner, listed?.runName], [THEIRS, 'weekly']);
    }
    await assert.rejects(world.provider().remove(plan.cluster, OURS, WORK), ConflictError);
  });

  it('leaves clusters alone that are not called as ours are', async (t) => {
    const world = await kindWorld(t);
    await world.provider().ensure(world.planOf('nightly', OURS), world.spec, WORK);
    world.setClusters(['kind', 'st-their-own']);
    const names = (await world.provider({}, join(world.folder, 'another-state')).list(WORK)).map(
      ({ handle }) => handle.name,
    );
    assert.deepEqual(names, []);
  });

  it('makes anew what a create that was killed has left half done', async (t) => {
    const world = await kindWorld(t);
    const plan = world.planOf('nightly', OURS);
    world.fault('create cluster', 'half-done');
    await assert.rejects(world.provider().ensure(plan, world.spec, WORK), UnavailableError);
    assert.deepEqual(world.clusters(), [plan.cluster.name]);
    assert.deepEqual(
      (await world.provider().list(WORK)).map(({ owner }) => owner),
      [OURS],
    );
    assert.notDeepEqual(await world.provider().leftovers(OURS, WORK), []);
    await world.provider().ensure(plan, world.spec, WORK);
    assert.deepEqual(
      world
        .calls()
        .map(({ args }) => args[0])
        .filter((verb) => verb === 'create' || verb === 'delete'),
      ['create', 'delete', 'create'],
    );
  });

  it('removes what a create that was aborted has left, and ends with the reason', async (t) => {
    const world = await kindWorld(t);
    const plan = world.planOf('nightly', OURS);
    world.fault('create cluster', 'half-done-and-hang');
    const abort = new AbortController();
    const reason = new Error('the operator has had enough');
    const during: Work = { signal: abort.signal, progress: () => undefined };
    const creating = world.provider().ensure(plan, world.spec, during);
    const isHalfDone = () => world.clusters().length === 1;
    while (!isHalfDone()) await new Promise((resolve) => setTimeout(resolve, 20));
    abort.abort(reason);
    await assert.rejects(creating, (error) => error === reason);
    await world.provider().remove(plan.cluster, OURS, WORK);
    assert.deepEqual([world.clusters(), await world.provider().leftovers(OURS, WORK)], [[], []]);
  });

  it("says kind's own error where a create fails, and removes its notes with the rest", async (t) => {
    const world = await kindWorld(t);
    const plan = world.planOf('nightly', OURS);
    world.fault('create cluster', 'no-room');
    await assert.rejects(
      world.provider().ensure(plan, world.spec, WORK),
      /kind create cluster: exit code 1: failed to create cluster: no space left on device;/,
    );
    await world.provider().remove(plan.cluster, OURS, WORK);
    assert.ok(!existsSync(join(world.stateFolder, 'kind', plan.cluster.name)));
  });

  it('stops a call that hangs, and says which', async (t) => {
    const world = await kindWorld(t);
    const plan = world.planOf('nightly', OURS);
    world.fault('get clusters', 'hang');
    const impatient = world.provider({ askTimeoutMs: 1_500 });
    await assert.rejects(impatient.list(WORK), /kind get clusters: it did not end within 1\.5 s/);
    world.fault('create cluster', 'half-done-and-hang');
    await assert.rejects(
      world.provider({ createTimeoutMs: 1_500 }).ensure(plan, world.spec, WORK),
      /kind create cluster: it did not end within 1\.5 s and was stopped/,
    );
  });

  for (const [version, what] of [
    ['v0.20.0', /it is v0\.20\.0, and v0\.21\.0 or later is needed/],
    ['and nothing else', /it is no kind/],
  ] as const) {
    it(`creates nothing with a kind that says ${version}`, async (t) => {
      const world = await kindWorld(t);
      world.says(version);
      const creating = world.provider().ensure(world.planOf('nightly', OURS), world.spec, WORK);
      await assert.rejects(creating, (error: unknown) => {
        assert.ok(error instanceof UnworkableError);
        assert.match(error.message, what);
        return true;
      });
      assert.deepEqual(world.calls('create'), []);
    });
  }

  it('has no clusters where there is no kind, and can make none', async (t) => {
    const world = await kindWorld(t);
    const none = world.provider({ env: { PATH: '/nowhere' } });
    assert.deepEqual(await none.list(WORK), []);
    assert.deepEqual(await none.leftovers(OURS, WORK), []);
    const creating = none.ensure(world.planOf('nightly', OURS), world.spec, WORK);
    await assert.rejects(creating, /there is no such program on this machine; install kind v0\.21\.0/);
  });

  it('takes no cluster that was made here for gone because the program is', async (t) => {
    const world = await kindWorld(t);
    const plan = world.planOf('nightly', OURS);
    await world.provider().ensure(plan, world.spec, WORK);
    const none = world.provider({ env: { PATH: '/nowhere' } });
    await assert.rejects(none.remove(plan.cluster, OURS, WORK), /there is no such program on this machine/);
    assert.deepEqual(
      (await none.leftovers(OURS, WORK)).map(({ kind }) => kind),
      ['folder'],
    );
  });

  it('is not taken for a machine without clusters where the container runtime does not answer', async (t) => {
    const world = await kindWorld(t);
    world.fault('get clusters', 'no-runtime');
    await assert.rejects(
      world.provider().list(WORK),
      /kind get clusters: exit code 1: failed to list clusters/,
    );
  });
});
