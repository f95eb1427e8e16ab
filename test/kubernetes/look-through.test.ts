import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { lookThrough } from '../../src/kubernetes/look-through.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { configMap, failure, json, scriptedServer } from './scripted-server.ts';

/** A server with so many ConfigMaps, in pages; the page of that number fails. */
function serverWith(context: TestContext, total: number, failingPage = -1) {
  return scriptedServer(context, (response, { url }, count) => {
    if (count - 1 === failingPage) {
      failure(response, 410, 'Expired', 'the continue token is too old');
      return;
    }
    const begin = Number(url.searchParams.get('continue') ?? 0);
    const end = Math.min(total, begin + Number(url.searchParams.get('limit')));
    json(response, {
      kind: 'ConfigMapList',
      metadata: { resourceVersion: '7', ...(end < total ? { continue: String(end) } : {}) },
      items: Array.from({ length: end - begin }, (_, index) => configMap(`c${begin + index}`)),
    });
  });
}

describe('looking through a kind', () => {
  it('sees every object once, a page at a time', async (context) => {
    const { kube, seen } = await serverWith(context, 7);
    const names: string[] = [];
    const result = await lookThrough(
      kube,
      RESOURCES.ConfigMap,
      { pageSize: 3, most: 100 },
      ({ metadata }) => {
        names.push(metadata.name);
      },
    );
    assert.deepEqual(names, ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6']);
    assert.deepEqual(result, { seen: 7, all: true });
    assert.deepEqual(
      seen.map(({ url }) => url.search),
      ['?limit=3', '?limit=3&continue=3', '?limit=3&continue=6'],
    );
  });

  it('ends after the most that is wanted, and says that there is more', async (context) => {
    const { kube, seen } = await serverWith(context, 100);
    const result = await lookThrough(kube, RESOURCES.ConfigMap, { pageSize: 3, most: 5 }, () => undefined);
    assert.deepEqual(result, { seen: 5, all: false });
    assert.equal(seen.length, 2);
  });

  it('has shown what came before a page that fails', async (context) => {
    const { kube } = await serverWith(context, 9, 1);
    let shown = 0;
    const look = lookThrough(kube, RESOURCES.ConfigMap, { pageSize: 3, most: 100 }, () => (shown += 1));
    await assert.rejects(look, /too old/);
    assert.equal(shown, 3);
  });
});
