import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConflictError, UnavailableError } from '../../src/domain/errors.ts';
import { LABELS } from '../../src/domain/names.ts';
import { ensureOwned } from '../../src/kubernetes/ensure.ts';
import { removeOwned } from '../../src/kubernetes/remove.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { configMap, failure, json, scriptedServer } from './scripted-server.ts';

const OURS = { [LABELS.owner]: '0123456789' };
const THEIRS = { [LABELS.owner]: 'fedcba9876' };

for (const [whose, labels] of [
  ['ours', OURS],
  ["a stranger's", THEIRS],
  ["nobody's", {}],
] as const) {
  test(`an object that appears between look and create is ${whose}`, async (t) => {
    const server = await scriptedServer(t, (response, seen, count) => {
      if (seen.method === 'POST') failure(response, 409, 'AlreadyExists', 'it exists');
      else if (count === 1) failure(response, 404, 'NotFound', 'not there');
      else json(response, configMap('x', { uid: 'u1', labels }));
    });
    const ensured = ensureOwned(server.kube, RESOURCES.ConfigMap, configMap('x'), { labels: OURS });
    if (labels === OURS) assert.equal((await ensured).created, false);
    else await assert.rejects(ensured, ConflictError);
    assert.deepEqual(
      server.seen.map((seen) => seen.method),
      ['GET', 'POST', 'GET'],
    );
  });
}

test('an object of ours that is on its way out is not adopted', async (t) => {
  const server = await scriptedServer(t, (response) =>
    json(response, configMap('x', { uid: 'u1', labels: OURS, deletionTimestamp: '2026-11-24T12:00:00Z' })),
  );
  const ensured = ensureOwned(server.kube, RESOURCES.ConfigMap, configMap('x'), { labels: OURS });
  await assert.rejects(ensured, UnavailableError);
});

test('without an owner nothing is adopted and nothing is removed', async (t) => {
  const server = await scriptedServer(t, (response) =>
    json(response, configMap('x', { uid: 'u1', labels: { [LABELS.owner]: '' } })),
  );
  await assert.rejects(
    ensureOwned(server.kube, RESOURCES.ConfigMap, configMap('x'), { labels: {} }),
    ConflictError,
  );
  const removal = await removeOwned(server.kube, RESOURCES.ConfigMap, 'x', {
    owner: '',
    namespace: 'default',
  });
  assert.equal(removal, 'not-ours');
  assert.ok(server.seen.every((seen) => seen.method === 'GET'));
});

test('a removal names the uid that was looked at', async (t) => {
  const server = await scriptedServer(t, (response) =>
    json(response, configMap('x', { uid: 'u1', labels: OURS })),
  );
  const removal = await removeOwned(server.kube, RESOURCES.ConfigMap, 'x', {
    owner: '0123456789',
    namespace: 'default',
  });
  assert.equal(removal, 'removed');
  assert.deepEqual(JSON.parse(server.seen[1]?.body ?? '').preconditions, { uid: 'u1' });
});
