import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ConflictError,
  PermissionDeniedError,
  QuotaExceededError,
  ThrottledError,
  TimedOutError,
  UnavailableError,
  UnworkableError,
} from '../../src/domain/errors.ts';
import { AlreadyExistsError, NotFoundError } from '../../src/kubernetes/api-errors.ts';
import { connect } from '../../src/kubernetes/connect.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { holdTimer } from '../support/held-timer.ts';
import { CANARY, configMap, failure, json, kubeconfigFor, scriptedServer } from './scripted-server.ts';

const HERE = { namespace: 'default' };

const TABLE = [
  { code: 400, reason: 'BadRequest', tries: 1, error: UnworkableError },
  { code: 401, reason: 'Unauthorized', tries: 1, error: PermissionDeniedError },
  { code: 403, reason: 'Forbidden', tries: 1, error: PermissionDeniedError },
  { code: 404, reason: 'NotFound', tries: 1, error: NotFoundError },
  { code: 409, reason: 'AlreadyExists', tries: 1, error: AlreadyExistsError },
  { code: 409, reason: 'Conflict', tries: 1, error: ConflictError },
  { code: 422, reason: 'Invalid', tries: 1, error: UnworkableError },
  { code: 429, reason: 'TooManyRequests', tries: 10, error: ThrottledError },
  { code: 500, reason: 'InternalError', tries: 10, error: UnavailableError },
  { code: 503, reason: 'ServiceUnavailable', tries: 10, error: UnavailableError },
  { code: 504, reason: 'Timeout', tries: 10, error: UnavailableError },
];

for (const { code, reason, tries, error } of TABLE) {
  test(`a create answered by ${code} ${reason} is sent ${tries} time(s) and throws ${error.name}`, async (t) => {
    const server = await scriptedServer(t, (response) =>
      failure(response, code, reason, `because ${reason}`),
    );
    const thrown = await server.kube.create(RESOURCES.ConfigMap, configMap('x')).then(
      () => assert.fail('no error'),
      (caught: unknown) => caught as Error,
    );
    assert.equal(thrown.constructor, error);
    assert.match(thrown.message, /^ConfigMap default\/x: /);
    assert.match(thrown.message, new RegExp(`because ${reason}`));
    assert.equal(server.seen.length, tries);
  });
}

test('a used up quota and a namespace on its way out are told apart from missing rights', async (t) => {
  const quota = await scriptedServer(t, (response) =>
    failure(response, 403, 'Forbidden', 'x: exceeded quota: pods'),
  );
  await assert.rejects(quota.kube.create(RESOURCES.ConfigMap, configMap('x')), QuotaExceededError);
  const leaving = await scriptedServer(t, (response) =>
    json(response, { message: 'm', details: { causes: [{ reason: 'NamespaceTerminating' }] } }, 403),
  );
  await assert.rejects(leaving.kube.create(RESOURCES.ConfigMap, configMap('x')), UnavailableError);
});

test('what is absent reads as null and counts as deleted', async (t) => {
  const server = await scriptedServer(t, (response) => failure(response, 404, 'NotFound', 'no'));
  assert.equal(await server.kube.get(RESOURCES.ConfigMap, 'x', HERE), null);
  assert.equal(await server.kube.getMetadata(RESOURCES.ConfigMap, 'x', HERE), null);
  await server.kube.delete(RESOURCES.ConfigMap, 'x', HERE);
  await server.kube.deleteCollection(RESOURCES.ConfigMap, { ...HERE, labelSelector: 'a=b' });
});

test('waits as long as Retry-After says before the next try', async (t) => {
  const server = await scriptedServer(t, (response, _seen, count) =>
    count === 1
      ? failure(response, 429, 'TooManyRequests', 'later', { 'retry-after': '1' })
      : json(response, configMap('x')),
  );
  const begun = performance.now();
  await server.kube.get(RESOURCES.ConfigMap, 'x', HERE);
  assert.ok(performance.now() - begun >= 995, 'the second try came before the second that was asked for');
  assert.equal(server.seen.length, 2);
});

test('a create whose answer was lost meets its own object and says that it exists', async (t) => {
  const server = await scriptedServer(t, (response, _seen, count) => {
    if (count === 1) response.socket?.resetAndDestroy();
    else failure(response, 409, 'AlreadyExists', 'configmaps "x" already exists');
  });
  await assert.rejects(server.kube.create(RESOURCES.ConfigMap, configMap('x')), AlreadyExistsError);
  assert.equal(server.seen.length, 2);
});

test('a get and a delete survive reset connections, a patch bound to a version is not sent twice', async (t) => {
  const server = await scriptedServer(t, (response, _seen, count) => {
    if (count % 2 === 1) response.socket?.resetAndDestroy();
    else json(response, configMap('x'));
  });
  assert.equal((await server.kube.get(RESOURCES.ConfigMap, 'x', HERE))?.metadata.name, 'x');
  await server.kube.delete(RESOURCES.ConfigMap, 'x', HERE);
  assert.equal(server.seen.length, 4);
  const bound = { metadata: { resourceVersion: '7' }, data: {} };
  await assert.rejects(server.kube.mergePatch(RESOURCES.ConfigMap, 'x', bound, HERE), UnavailableError);
  assert.equal(server.seen.length, 5);
});

test('a body that is cut off half-way is asked for again', async (t) => {
  const server = await scriptedServer(t, (response, _seen, count) => {
    if (count > 1) return json(response, configMap('x'));
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"metadata":');
    setImmediate(() => response.socket?.resetAndDestroy());
  });
  assert.equal((await server.kube.get(RESOURCES.ConfigMap, 'x', HERE))?.metadata.name, 'x');
});

test('a server that is not there is reported after the allowed tries', async () => {
  const nobody = connect({ kubeconfig: kubeconfigFor(1) }, { patience: { attempts: 3, baseMs: 1 } });
  await assert.rejects(
    nobody.list(RESOURCES.Node),
    /nodes in the cluster: list failed.*ECONNREFUSED, 3 tries/,
  );
  await nobody.close();
});

test('a server that never answers ends in TimedOutError, after one try', async (t) => {
  const deadline = holdTimer(t, 60_000);
  const server = await scriptedServer(t, () => deadline.expire());
  const asked = server.kube.get(RESOURCES.ConfigMap, 'x', { ...HERE, timeoutMs: 60_000 });
  await assert.rejects(asked, TimedOutError);
  assert.equal(server.seen.length, 1);
});

test("an abort throws the signal's reason, during a call and during a wait between tries", async (t) => {
  const reason = new Error('enough');
  for (const answers of [false, true]) {
    const abort = new AbortController();
    const server = await scriptedServer(
      t,
      (response) => {
        if (answers) failure(response, 503, 'ServiceUnavailable', 'no', { 'retry-after': '10' });
        setImmediate(() => setImmediate(() => abort.abort(reason)));
      },
      {},
    );
    const asked = server.kube.get(RESOURCES.ConfigMap, 'x', { ...HERE, signal: abort.signal });
    await assert.rejects(asked, (error) => error === reason);
  }
});

test('a hundred calls in a row use at most two connections, a hundred at once at most the bound', async (t) => {
  const server = await scriptedServer(
    t,
    (response) => void setImmediate(() => json(response, configMap('x'))),
    {
      callConnections: 5,
    },
  );
  for (let i = 0; i < 100; i++) await server.kube.get(RESOURCES.ConfigMap, 'x', HERE);
  // Two, where a call comes before undici has taken back the connection of the one before.
  assert.ok(server.kube.connectionsOpened <= 2, `${server.kube.connectionsOpened} were opened`);
  await Promise.all(Array.from({ length: 100 }, () => server.kube.get(RESOURCES.ConfigMap, 'x', HERE)));
  assert.equal(server.kube.connectionsOpened, 5);
  assert.equal(server.accepted(), 5);
});

test('deletes that name a uid, which are sent in a body, leave their connection open', async (t) => {
  const server = await scriptedServer(
    t,
    (response) => void setImmediate(() => json(response, configMap('x'))),
  );
  for (let i = 0; i < 20; i++) await server.kube.delete(RESOURCES.ConfigMap, 'x', { ...HERE, uid: 'u' });
  assert.ok(server.kube.connectionsOpened <= 2, `${server.kube.connectionsOpened} were opened`);
});

test('no message holds the token, not even one that a proxy echoes', async (t) => {
  const server = await scriptedServer(t, (response, seen) => {
    assert.equal(seen.headers.authorization, `Bearer ${CANARY}`);
    response.writeHead(400).end(`refused: authorization: ${seen.headers.authorization}`);
  });
  await assert.rejects(server.kube.text('/version'), (error: Error) => {
    assert.match(error.message, /refused/);
    assert.doesNotMatch(error.message, new RegExp(CANARY));
    return true;
  });
});

test('a kubeconfig that cannot be used is refused without quoting it', () => {
  const broken = `users: [{name: u, user: {token: ${CANARY}}]\n  : {`;
  assert.throws(
    () => connect({ kubeconfig: broken }),
    (error: Error) =>
      error instanceof UnworkableError && !error.message.includes(CANARY) && error.cause === undefined,
  );
});

test('a deletion of everything of a kind is refused before anything is sent', async (t) => {
  const server = await scriptedServer(t, (response) => json(response, {}));
  await assert.rejects(server.kube.deleteCollection(RESOURCES.ConfigMap, HERE), UnworkableError);
  await assert.rejects(server.kube.get(RESOURCES.ConfigMap, '..', HERE), UnworkableError);
  await assert.rejects(server.kube.delete(RESOURCES.ConfigMap, 'x'), UnworkableError);
  assert.equal(server.seen.length, 0);
});
