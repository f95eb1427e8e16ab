import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ThrottledError, TimedOutError, UnavailableError } from '../../src/domain/errors.ts';
import { AlreadyExistsError } from '../../src/kubernetes/api-errors.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { CANARY, configMap, failure, json } from '../kubernetes/scripted-server.ts';
import { until } from '../support/until.ts';
import { faultyServer } from './faulty-server.ts';

const HERE = { namespace: 'default' };
const { ConfigMap } = RESOURCES;
const NO_RULE_FITS = [{ when: { resource: 'nothing' }, fault: { type: 'reset' } }];

describe('a call that no rule takes', () => {
  test('reaches the API server as it was sent, and its answer comes back', async (t) => {
    const { kube, server, proxy } = await faultyServer(t, NO_RULE_FITS, (response, seen) =>
      json(response, JSON.parse(seen.body)),
    );
    const object = configMap('x', { labels: { a: 'ü'.repeat(50_000) } });
    assert.deepEqual(await kube.create(ConfigMap, object), object);
    const [seen] = server.seen;
    assert.equal(seen?.method, 'POST');
    assert.equal(seen?.url.href, 'http://server/api/v1/namespaces/default/configmaps?fieldManager=sandtide');
    assert.deepEqual(JSON.parse(seen?.body ?? ''), object);
    assert.equal(seen?.headers.authorization, `Bearer ${CANARY}`);
    assert.equal(seen?.headers['content-type'], 'application/json');
    assert.equal(seen?.headers.accept, 'application/json');
    assert.deepEqual(proxy.counts(), [
      { rule: 'reset on any verb nothing', matched: 0, chosen: 0, happened: 0 },
    ]);
  });

  test('is refused by the API server in its own words', async (t) => {
    const { kube } = await faultyServer(t, NO_RULE_FITS, (response) =>
      failure(response, 409, 'AlreadyExists', 'it is there'),
    );
    await assert.rejects(
      kube.create(ConfigMap, configMap('x')),
      (error) => error instanceof AlreadyExistsError && error.message.includes('it is there'),
    );
  });

  test('shares few connections with the others', async (t) => {
    const { kube, server } = await faultyServer(t, NO_RULE_FITS, (response) =>
      json(response, configMap('x')),
    );
    for (let i = 0; i < 100; i++) await kube.get(ConfigMap, 'x', HERE);
    assert.ok(server.accepted() <= 2, `the proxy opened ${server.accepted()}`);
    assert.ok(kube.connectionsOpened <= 2, `the client opened ${kube.connectionsOpened}`);
  });

  test('meets a broken connection where the API server cuts it', async (t) => {
    const { kube, server } = await faultyServer(t, NO_RULE_FITS, (response, _seen, count) => {
      if (count === 1) response.socket?.resetAndDestroy();
      else json(response, configMap('x'));
    });
    assert.equal((await kube.get(ConfigMap, 'x', HERE))?.metadata.name, 'x');
    assert.equal(server.seen.length, 2);
  });

  test('that the caller gives up is given up at the API server too', async (t) => {
    const gone = Promise.withResolvers<void>();
    const abort = new AbortController();
    const { kube } = await faultyServer(t, NO_RULE_FITS, (response) => {
      response.on('close', () => gone.resolve());
      abort.abort(new Error('enough'));
    });
    await assert.rejects(kube.get(ConfigMap, 'x', { ...HERE, signal: abort.signal }), /enough/);
    await gone.promise;
  });
});

describe('status', () => {
  test('is answered in the place of the API server, with Retry-After, and is told', async (t) => {
    const { kube, server, happened, events } = await faultyServer(
      t,
      [
        {
          name: 'busy',
          when: { verb: 'create', times: 1 },
          fault: { type: 'status', code: 429, retryAfterSeconds: 7 },
        },
      ],
      (response) => json(response, configMap('x')),
      { patience: { attempts: 1 } },
    );
    await assert.rejects(
      kube.create(ConfigMap, configMap('x')),
      (error) =>
        error instanceof ThrottledError &&
        error.retryAfterMs === 7_000 &&
        error.message.includes('HTTP 429: refused by a faults file (busy)'),
    );
    assert.equal(server.seen.length, 0);
    await kube.create(ConfigMap, configMap('x'));
    assert.equal(server.seen.length, 1);
    assert.equal(happened(), 1);
    assert.deepEqual(events, [
      { rule: 'busy', verb: 'create', resource: 'configmaps', namespace: 'default', name: 'x' },
    ]);
  });

  test('has no Retry-After where none is asked for, and each try is a call of its own', async (t) => {
    const { kube, server, happened } = await faultyServer(
      t,
      [{ when: { times: 3 }, fault: { type: 'status', code: 503 } }],
      (response) => json(response, configMap('x')),
    );
    await kube.get(ConfigMap, 'x', HERE);
    assert.equal(server.seen.length, 1);
    assert.equal(happened(), 3);
  });
});

describe('reset', () => {
  test('breaks the connection before the API server hears of the call', async (t) => {
    const { kube, server, happened } = await faultyServer(
      t,
      [{ when: { times: 2 }, fault: { type: 'reset' } }],
      (response) => json(response, configMap('x')),
    );
    await kube.get(ConfigMap, 'x', HERE);
    assert.equal(server.seen.length, 1);
    assert.equal(happened(), 2);
  });

  test('fails a call that may not be repeated', async (t) => {
    const { kube, server } = await faultyServer(t, [{ fault: { type: 'reset' } }], (response) =>
      json(response, configMap('x')),
    );
    const bound = { metadata: { resourceVersion: '7' } };
    await assert.rejects(kube.mergePatch(ConfigMap, 'x', bound, HERE), UnavailableError);
    assert.equal(server.seen.length, 0);
  });

  test('hits the objects that are meant by name, and no others', async (t) => {
    const { kube, happened } = await faultyServer(
      t,
      [{ when: { verb: 'create', nameMatches: '^b' }, fault: { type: 'reset' } }],
      (response, seen) => json(response, JSON.parse(seen.body)),
      { patience: { attempts: 1 } },
    );
    await kube.create(ConfigMap, configMap('a'));
    await assert.rejects(kube.create(ConfigMap, configMap('b')), UnavailableError);
    assert.equal(happened(), 1);
  });
});

describe('lostAnswer', () => {
  test('lets the call take effect and keeps its answer back', async (t) => {
    const { kube, server, happened } = await faultyServer(
      t,
      [{ when: { verb: 'create', times: 1 }, fault: { type: 'lostAnswer' } }],
      (response, _seen, count) => {
        if (count === 1) json(response, configMap('x'), 201);
        else failure(response, 409, 'AlreadyExists', 'configmaps "x" already exists');
      },
    );
    await assert.rejects(kube.create(ConfigMap, configMap('x')), AlreadyExistsError);
    assert.equal(server.seen.length, 2);
    assert.equal(happened(), 1);
  });

  test('has not happened where the API server never answered', async (t) => {
    const giveUp = new AbortController();
    const enough = new Error('enough');
    const { kube, happened } = await faultyServer(t, [{ fault: { type: 'lostAnswer' } }], () =>
      giveUp.abort(enough),
    );
    await assert.rejects(kube.get(ConfigMap, 'x', { ...HERE, signal: giveUp.signal }), enough);
    assert.equal(happened(), 0);
  });
});

describe('stall', () => {
  test('is silent until the caller gives up, and the API server never hears of the call', async (t) => {
    const { kube, server, happened } = await faultyServer(t, [{ fault: { type: 'stall' } }], (response) =>
      json(response, configMap('x')),
    );
    const giveUp = new AbortController();
    const enough = new Error('enough');
    const answer = kube.get(ConfigMap, 'x', { ...HERE, signal: giveUp.signal });
    await until('the stall', () => happened() === 1, { everyMs: 5 });
    giveUp.abort(enough);
    await assert.rejects(answer, enough);
    assert.equal(server.seen.length, 0);
  });

  test('ends in a broken connection where it has a length', async (t) => {
    const { kube, server, happened } = await faultyServer(
      t,
      [{ when: { times: 1 }, fault: { type: 'stall', for: '20ms' } }],
      (response) => json(response, configMap('x')),
    );
    await kube.get(ConfigMap, 'x', HERE);
    assert.equal(server.seen.length, 1);
    assert.equal(happened(), 1);
  });
});

describe('delay', () => {
  test('sends the call on later, once', async (t) => {
    const { kube, server, happened } = await faultyServer(
      t,
      [{ fault: { type: 'delay', for: '30ms' } }],
      (response) => json(response, configMap('x')),
    );
    const begun = performance.now();
    await kube.get(ConfigMap, 'x', HERE);
    assert.ok(performance.now() - begun >= 29, 'it was answered too soon');
    assert.equal(server.seen.length, 1);
    assert.equal(happened(), 1);
  });

  test('has not happened where the caller gave up first', async (t) => {
    const { kube, server, happened } = await faultyServer(
      t,
      [{ fault: { type: 'delay', for: '1h' } }],
      (response) => json(response, configMap('x')),
    );
    await assert.rejects(kube.get(ConfigMap, 'x', { ...HERE, timeoutMs: 50 }), TimedOutError);
    assert.equal(server.seen.length, 0);
    assert.equal(happened(), 0);
  });
});
