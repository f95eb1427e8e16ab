import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { LABELS } from '../../src/domain/names.ts';
import { startFaultProxy } from '../../src/faults/fault-proxy.ts';
import { faultPlanSchema } from '../../src/faults/schema.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import { ensureOwned } from '../../src/kubernetes/ensure.ts';
import type { KubeClient, KubeObject } from '../../src/kubernetes/kube-client.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { startControlPlane } from '../support/control-plane.ts';
import { until } from '../support/until.ts';

const HERE = { namespace: 'default' };
const OURS = { [LABELS.owner]: '0123456789' };
const { ConfigMap } = RESOURCES;

const settings = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...HERE, labels },
});

describe('with faults before a real API server', () => {
  let plane: Awaited<ReturnType<typeof startControlPlane>>;
  before(async () => {
    plane = await startControlPlane('faults');
  });
  after(async () => plane?.stop());

  /** A client through a proxy with these rules, and how often the fault of each took place. */
  async function faulty(t: TestContext, rules: unknown[]) {
    const proxy = await startFaultProxy(faultPlanSchema.parse({ seed: 7, rules }));
    const kube: KubeClient = connect(proxy.through(plane.access));
    t.after(async () => {
      await kube.close();
      await proxy.close();
    });
    return { kube, happened: () => proxy.counts().map((counts) => counts.happened) };
  }

  test('a create whose answer is lost is made once and adopted', async (t) => {
    assert.match(plane.access.kubeconfig, /client-certificate-data/); // which only the proxy can present
    const { kube, happened } = await faulty(t, [
      { when: { verb: 'create', nameMatches: '^lost$', times: 1 }, fault: { type: 'lostAnswer' } },
    ]);
    const { object, created } = await ensureOwned(kube, ConfigMap, settings('lost'), { labels: OURS });
    assert.deepEqual(happened(), [1]);
    assert.equal(created, false); // the answer that it was made is what got lost
    const there = await plane.kube.get(ConfigMap, 'lost', HERE);
    assert.equal(object.metadata.uid, there?.metadata.uid);
    assert.deepEqual(there?.metadata.labels, OURS);
  });

  test('a delete whose answer is lost is done', async (t) => {
    await plane.kube.create(ConfigMap, settings('unmade'));
    const { kube, happened } = await faulty(t, [
      { when: { verb: 'delete', times: 1 }, fault: { type: 'lostAnswer' } },
    ]);
    await kube.delete(ConfigMap, 'unmade', HERE);
    assert.deepEqual(happened(), [1]);
    assert.equal(await plane.kube.get(ConfigMap, 'unmade', HERE), null);
  });

  test('all of 200 creates come through a tenth of 429, and each object is there once', async (t) => {
    const { kube, happened } = await faulty(t, [
      {
        when: { verb: 'create', probability: 0.1 },
        fault: { type: 'status', code: 429, retryAfterSeconds: 1 },
      },
    ]);
    const labels = { 'test/throttled': 'yes' };
    const names = Array.from({ length: 200 }, (_, index) => `throttled-${index}`);
    const made = await Promise.all(names.map((name) => kube.create(ConfigMap, settings(name, labels))));
    const there = await plane.kube.list(ConfigMap, { ...HERE, labelSelector: 'test/throttled=yes' });
    assert.deepEqual(
      new Set(there.items.map(({ metadata }) => metadata.uid)),
      new Set(made.map(({ metadata }) => metadata.uid)),
    );
    assert.equal(there.items.length, 200);
    const [throttled = 0] = happened();
    assert.ok(throttled >= 5 && throttled <= 50, `${throttled} of some 220 calls were throttled`);
  });

  for (const [what, fault, relists] of [
    ['ended again and again', { type: 'endWatch', after: '150ms' }, false],
    ['cut again and again', { type: 'endWatch', after: '150ms', abruptly: true }, false],
    ['told 410 again and again', { type: 'watchGone', after: '150ms' }, true],
  ] as const) {
    test(`a watch that is ${what} loses no event`, async (t) => {
      const { kube, happened } = await faulty(t, [{ when: { times: 5 }, fault }]);
      const key = `test/${what.split(' ').join('-')}`;
      const added: string[] = [];
      const known = new Set<string>();
      const watch = kube.watch(
        ConfigMap,
        { ...HERE, labelSelector: `${key}=yes`, metadataOnly: true },
        (event) => {
          if (event.type === 'RELISTED') return event.items.forEach((item) => known.add(item.metadata.name));
          added.push(`${event.type} ${event.object.metadata.name}`);
          known.add(event.object.metadata.name);
        },
      );
      await watch.started;
      const names: string[] = [];
      // Objects are made for as long as the watch is being ended, and one more when all is quiet.
      for (let left = 1; left >= 0; left -= (happened()[0] ?? 0) < 5 ? 0 : 1) {
        const name = `watched-${what.replaceAll(' ', '-')}-${names.length}`;
        await plane.kube.create(ConfigMap, settings(name, { [key]: 'yes' }));
        names.push(name);
      }
      await until('all events', () => known.size === names.length);
      watch.stop();
      assert.deepEqual([...known].sort(), [...names].sort());
      assert.equal(new Set(added).size, added.length, 'an event was told twice');
      if (!relists)
        assert.deepEqual(
          added,
          names.map((name) => `ADDED ${name}`),
        );
      assert.equal(watch.stats.relisted > 0, relists);
      assert.deepEqual(happened(), [5]);
    });
  }

  test('a server that stalls and resets is got over', async (t) => {
    const { kube, happened } = await faulty(t, [
      { when: { verb: 'get', times: 2 }, fault: { type: 'stall', for: '50ms' } },
      { when: { verb: 'get', times: 2 }, fault: { type: 'reset' } },
      { when: { verb: 'get', times: 1 }, fault: { type: 'status', code: 500 } },
    ]);
    assert.match(await kube.text('/version'), /gitVersion/);
    assert.deepEqual(happened(), [2, 2, 1]);
  });
});
