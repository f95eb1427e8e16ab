import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ConflictError, TimedOutError, UnworkableError } from '../../src/domain/errors.ts';
import { LABELS } from '../../src/domain/names.ts';
import { AlreadyExistsError } from '../../src/kubernetes/api-errors.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import { ensureOwned } from '../../src/kubernetes/ensure.ts';
import type { KubeClient, KubeObject } from '../../src/kubernetes/kube-client.ts';
import { removeOwned, waitUntilGone } from '../../src/kubernetes/remove.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { waitFor } from '../../src/kubernetes/wait.ts';
import { startControlPlane } from '../support/control-plane.ts';
import { itKeepsTheApiContract } from './api-contract.ts';
import { cuttingProxy, onPort } from './cutting-proxy.ts';

const OWNER = '0123456789';
const OURS = { [LABELS.owner]: OWNER };
const HERE = { namespace: 'default' };
const { ConfigMap } = RESOURCES;

interface Settings extends KubeObject {
  data?: Record<string, string>;
}

function settings(
  name: string,
  data: Record<string, string> = {},
  metadata: Record<string, unknown> = {},
): Settings {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...HERE, ...metadata }, data };
}

describe('against a real API server', () => {
  let plane: Awaited<ReturnType<typeof startControlPlane>>;
  let kube: KubeClient;
  before(async () => {
    plane = await startControlPlane('kube-client');
    kube = plane.kube;
  });
  after(async () => plane?.stop());

  itKeepsTheApiContract(() => ({
    kube,
    resource: ConfigMap,
    ...HERE,
    object: (name, labels) => settings(name, { a: '1' }, { labels }),
  }));

  test('creates, reads, lists, patches and deletes', async () => {
    const made = await kube.create<Settings>(ConfigMap, settings('crud', { a: '1' }, { labels: OURS }));
    assert.ok(made.metadata.uid);
    await assert.rejects(kube.create(ConfigMap, settings('crud')), AlreadyExistsError);
    await kube.mergePatch(ConfigMap, 'crud', { data: { b: '2' } }, HERE);
    assert.deepEqual((await kube.get<Settings>(ConfigMap, 'crud', HERE))?.data, { a: '1', b: '2' });
    assert.equal((await kube.getMetadata(ConfigMap, 'crud', HERE))?.['data'], undefined);
    const list = await kube.list(ConfigMap, { ...HERE, labelSelector: `${LABELS.owner}=${OWNER}` });
    assert.deepEqual(
      list.items.map((item) => [item.kind, item.metadata.name]),
      [['ConfigMap', 'crud']],
    );
    await kube.deleteCollection(ConfigMap, { ...HERE, labelSelector: `${LABELS.owner}=${OWNER}` });
    assert.equal(await kube.get(ConfigMap, 'crud', HERE), null);
    await kube.delete(ConfigMap, 'crud', HERE);
    assert.match(await kube.text('/version'), /gitVersion/);
  });

  test("an invalid object is refused with the API server's own words", async () => {
    await assert.rejects(
      kube.create(ConfigMap, settings('No_Name')),
      (error) => error instanceof UnworkableError && error.message.includes('RFC 1123'),
    );
  });

  test('ensuring twice creates once and then brings up to date', async () => {
    const wanted = settings('ensured', { a: '1' });
    const first = await ensureOwned<Settings>(kube, ConfigMap, wanted, { labels: OURS });
    const again = await ensureOwned<Settings>(kube, ConfigMap, wanted, { labels: OURS });
    const changed = settings('ensured', { a: '2' });
    const updated = await ensureOwned<Settings>(kube, ConfigMap, changed, { labels: OURS, update: true });
    assert.deepEqual([first.created, again.created, updated.created], [true, false, false]);
    assert.equal(updated.object.metadata.uid, first.object.metadata.uid);
    assert.deepEqual(updated.object.data, { a: '2' });
  });

  test('ensuring at once from two sides creates one object', async () => {
    const both = await Promise.all(
      [1, 2].map(() => ensureOwned(kube, ConfigMap, settings('raced'), { labels: OURS })),
    );
    assert.equal(both.filter((one) => one.created).length, 1);
    assert.equal(both[0]?.object.metadata.uid, both[1]?.object.metadata.uid);
  });

  test("refuses a stranger's object of the same name and leaves it as it was", async () => {
    const theirs = await kube.create(
      ConfigMap,
      settings('theirs', { a: '1' }, { labels: { [LABELS.owner]: 'ffffffffff' } }),
    );
    const update = ensureOwned(kube, ConfigMap, settings('theirs', { a: '2' }), {
      labels: OURS,
      update: true,
    });
    await assert.rejects(
      update,
      (error) => error instanceof ConflictError && error.message.includes('ffffffffff'),
    );
    assert.equal(await removeOwned(kube, ConfigMap, 'theirs', { owner: OWNER, ...HERE }), 'not-ours');
    const left = await kube.get(ConfigMap, 'theirs', HERE);
    assert.equal(left?.metadata.resourceVersion, theirs.metadata.resourceVersion);
  });

  test('a delete, an apply and a patch that mean another uid leave the object alone', async () => {
    const made = await kube.create(ConfigMap, settings('recreated', { a: '1' }));
    const meant = {
      ...settings('recreated', { a: '2' }),
      metadata: { name: 'recreated', ...HERE, uid: 'another' },
    };
    await kube.delete(ConfigMap, 'recreated', { ...HERE, uid: 'another' });
    await assert.rejects(kube.applyOwned(ConfigMap, meant), ConflictError);
    const patch = { metadata: { uid: 'another' }, data: { a: '3' } };
    await assert.rejects(kube.mergePatch(ConfigMap, 'recreated', patch, HERE), ConflictError);
    const absent = { ...meant, metadata: { ...meant.metadata, name: 'never-made' } };
    await assert.rejects(kube.applyOwned(ConfigMap, absent), ConflictError);
    const left = await kube.get(ConfigMap, 'recreated', HERE);
    assert.equal(left?.metadata.resourceVersion, made.metadata.resourceVersion);
  });

  test('removing twice is removed, then absent', async () => {
    await ensureOwned(kube, ConfigMap, settings('removed'), { labels: OURS });
    assert.equal(await removeOwned(kube, ConfigMap, 'removed', { owner: OWNER, ...HERE }), 'removed');
    await waitUntilGone(kube, ConfigMap, { name: 'removed', ...HERE, timeoutMs: 60_000 });
    assert.equal(await removeOwned(kube, ConfigMap, 'removed', { owner: OWNER, ...HERE }), 'absent');
  });

  test('what a finalizer holds back is named, and waited for until the finalizer goes', async () => {
    const held = settings('held', {}, { finalizers: ['example.com/slow'] });
    await ensureOwned(kube, ConfigMap, held, { labels: OURS });
    await removeOwned(kube, ConfigMap, 'held', { owner: OWNER, ...HERE });
    await assert.rejects(
      waitUntilGone(kube, ConfigMap, { name: 'held', ...HERE, timeoutMs: 2_000 }),
      (error) => error instanceof TimedOutError && error.message.includes('example.com/slow'),
    );
    const gone = waitUntilGone(kube, ConfigMap, { name: 'held', ...HERE, timeoutMs: 60_000 });
    await kube.mergePatch(ConfigMap, 'held', { metadata: { finalizers: null } }, HERE);
    await gone;
  });

  test('of a kind that does not exist everything is gone', async () => {
    const unknown = { apiVersion: 'example.com/v1', kind: 'Ghost', plural: 'ghosts', namespaced: true };
    await waitUntilGone(kube, unknown, { ...HERE, labelSelector: 'a=b', timeoutMs: 60_000 });
  });

  test('waits by watch until a state is there, and tells the last state where it does not come', async () => {
    const ready = (objects: Settings[]): boolean =>
      objects.some((object) => object.data?.['state'] === 'ready');
    const target = { ...HERE, name: 'waited' };
    await assert.rejects(
      waitFor<Settings>(kube, ConfigMap, target, ready, {
        timeoutMs: 200,
        describe: (objects) => `${objects.length} objects`,
      }),
      (error) => error instanceof TimedOutError && error.message.includes('last seen: 0 objects'),
    );
    const waiting = waitFor<Settings>(kube, ConfigMap, target, ready, { timeoutMs: 60_000 });
    await kube.create(ConfigMap, settings('waited', { state: 'new' }));
    await kube.mergePatch(ConfigMap, 'waited', { data: { state: 'ready' } }, HERE);
    assert.deepEqual(
      (await waiting).map((object) => object.metadata.name),
      ['waited'],
    );
  });

  test('a watch that is cut again and again tells each event once', async () => {
    let target = 0;
    onPort(plane.access.kubeconfig, (port) => (target = port));
    const proxy = await cuttingProxy(target);
    const throughProxy = connect({ kubeconfig: onPort(plane.access.kubeconfig, () => proxy.port) });
    const told: string[] = [];
    const all = Promise.withResolvers<void>();
    const labels = { 'test/cut': 'yes' };
    const watch = throughProxy.watch(
      ConfigMap,
      { ...HERE, labelSelector: 'test/cut=yes', metadataOnly: true },
      (event) => {
        if (event.type === 'RELISTED') return;
        told.push(`${event.type} ${event.object.metadata.name}`);
        if (told.length === 60) all.resolve();
      },
    );
    try {
      await watch.started;
      const expected: string[] = [];
      for (let i = 0; i < 60; i++) {
        await kube.create(ConfigMap, settings(`cut-${i}`, {}, { labels }));
        expected.push(`ADDED cut-${i}`);
        if (i % 10 === 5) proxy.cut();
      }
      await all.promise;
      assert.deepEqual(told, expected);
      assert.ok(watch.stats.resumed >= 1);
      assert.equal(watch.stats.relisted, 0);
    } finally {
      watch.stop();
      await throughProxy.close();
      await proxy.stop();
    }
  });

  test('a hundred calls in a row and a hundred at once stay within the bound of connections', async () => {
    const counted = connect(plane.access);
    try {
      for (let i = 0; i < 100; i++) await counted.get(ConfigMap, 'crud', HERE);
      assert.ok(counted.connectionsOpened <= 2, `${counted.connectionsOpened} for calls in a row`);
      await Promise.all(Array.from({ length: 100 }, () => counted.get(ConfigMap, 'crud', HERE)));
      assert.ok(counted.connectionsOpened <= 16, `${counted.connectionsOpened} for calls at once`);
    } finally {
      await counted.close();
    }
  });
});
