import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { describe, test } from 'node:test';
import { UnavailableError, UnworkableError } from '../../src/domain/errors.ts';
import { RESOURCES } from '../../src/kubernetes/resources.ts';
import { CANARY, configMap, json, kubeconfigFor, scriptedServer } from '../kubernetes/scripted-server.ts';
import { open } from '../kubernetes/watched-server.ts';
import { listenersOf } from '../support/machine.ts';
import { faultProxy, faultyServer, impatientClient } from './faulty-server.ts';

const HERE = { namespace: 'default' };
const { ConfigMap } = RESOURCES;
const RESET_FIRST = [{ when: { times: 1 }, fault: { type: 'reset' } }];

function serverOf(kubeconfig: string): URL {
  return new URL(/server: (\S+)/.exec(kubeconfig)?.[1] ?? '');
}

describe('who may use the proxy', () => {
  test('only whoever has a kubeconfig from it: without its path nothing is forwarded', async (t) => {
    const server = await scriptedServer(t, (response) => json(response, configMap('x')));
    const proxy = await faultProxy(t, RESET_FIRST);
    const { port, pathname } = serverOf(proxy.through({ kubeconfig: server.kubeconfig }).kubeconfig);
    assert.match(pathname, /^\/[0-9a-f]{64}$/);
    for (const path of ['/api/v1/pods', `/${'0'.repeat(64)}/api/v1/pods`, pathname]) {
      const asked = request({ host: '127.0.0.1', port, path, agent: false }).end();
      const [answer] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
      answer.resume();
      assert.equal(answer.statusCode, 404, path);
    }
    assert.equal(server.seen.length, 0);
    assert.equal(proxy.counts()[0]?.matched, 0);
  });

  test('nobody from another machine: it listens on loopback', async (t) => {
    const proxy = await faultProxy(t, RESET_FIRST);
    const { port } = serverOf(proxy.through({ kubeconfig: kubeconfigFor(1) }).kubeconfig);
    const ours = listenersOf([{ pid: process.pid, command: '' }]);
    assert.deepEqual(
      ours.filter((address) => address.endsWith(`:${port}`)),
      [`127.0.0.1:${port}`],
    );
  });
});

describe('the access that the proxy gives', () => {
  test('keeps what else belongs to it', async (t) => {
    const proxy = await faultProxy(t, RESET_FIRST);
    const access = { kubeconfig: kubeconfigFor(1), expiresAtMs: 7 };
    assert.equal(proxy.through(access).expiresAtMs, 7);
  });

  test('is the same for the same kubeconfig, and changes nothing but the current server', async (t) => {
    const proxy = await faultProxy(t, RESET_FIRST);
    const kubeconfig = JSON.stringify({
      'current-context': 'b',
      contexts: [
        { name: 'a', context: { cluster: 'one', user: 'u' } },
        { name: 'b', context: { cluster: 'two', user: 'u' } },
      ],
      clusters: [
        { name: 'one', cluster: { server: 'https://one.example' } },
        {
          name: 'two',
          cluster: { server: 'https://two.example/prefix', 'certificate-authority-data': 'Y2E=' },
        },
      ],
      users: [{ name: 'u', user: { token: CANARY } }],
    });
    const given = proxy.through({ kubeconfig }).kubeconfig;
    assert.equal(proxy.through({ kubeconfig }).kubeconfig, given);
    assert.match(given, /name: one\n\s+cluster:\n\s+server: https:\/\/one\.example\n/);
    assert.match(given, /name: two\n\s+cluster:\n\s+server: http:\/\/127\.0\.0\.1:/);
    assert.match(given, new RegExp(`token: ${CANARY}`));
    assert.doesNotMatch(given, /two\.example|certificate-authority/);
  });

  test('is refused for a kubeconfig that can not be used, without quoting it', async (t) => {
    const proxy = await faultProxy(t, RESET_FIRST);
    assert.throws(
      () => proxy.through({ kubeconfig: `users: [{token: ${CANARY}}` }),
      (error: Error) => error instanceof UnworkableError && !error.message.includes(CANARY),
    );
    const elsewhere = kubeconfigFor(1).replace('"server":', '"proxy-url":"http://127.0.0.1:3128","server":');
    assert.throws(() => proxy.through({ kubeconfig: elsewhere }), /proxy-url/);
  });
});

describe('time and counters', () => {
  test('are of the cluster, over several connections and users', async (t) => {
    const server = await scriptedServer(t, (response) => json(response, configMap('x')));
    const proxy = await faultProxy(t, [{ when: { every: 3 }, fault: { type: 'status', code: 503 } }]);
    const other = server.kubeconfig.replace(CANARY, 'another-token');
    for (const kubeconfig of [server.kubeconfig, other, server.kubeconfig, other]) {
      const kube = impatientClient(t, proxy.through({ kubeconfig }).kubeconfig);
      await kube.get(ConfigMap, 'x', HERE);
    }
    assert.deepEqual(
      server.seen.map(({ headers }) => headers.authorization),
      [CANARY, 'another-token', CANARY, 'another-token'].map((token) => `Bearer ${token}`),
    );
    // The third of five calls: the one of the third client that met the fault was repeated.
    assert.deepEqual(proxy.counts(), [
      { rule: '503 on any verb any resource', matched: 5, chosen: 1, happened: 1 },
    ]);
  });

  test('begin anew for another cluster, and are told as a sum', async (t) => {
    const proxy = await faultProxy(t, RESET_FIRST);
    for (let cluster = 0; cluster < 2; cluster++) {
      const server = await scriptedServer(t, (response) => json(response, configMap('x')));
      const kube = impatientClient(t, proxy.through({ kubeconfig: server.kubeconfig }).kubeconfig);
      await kube.get(ConfigMap, 'x', HERE);
    }
    assert.equal(proxy.counts()[0]?.matched, 4);
    assert.equal(proxy.counts()[0]?.happened, 2);
  });

  test('of a cluster that came to the same port with other certificates are its own', async (t) => {
    const proxy = await faultProxy(t, RESET_FIRST);
    const server = await scriptedServer(t, (response) => json(response, configMap('x')));
    for (const ca of ['b25l', 'dHdv']) {
      const trusting = `"certificate-authority-data":"${ca}","server":`;
      const kubeconfig = server.kubeconfig.replace('"server":', trusting);
      await impatientClient(t, proxy.through({ kubeconfig }).kubeconfig).get(ConfigMap, 'x', HERE);
    }
    assert.equal(proxy.counts()[0]?.happened, 2);
  });

  test('time begins with the first access to a cluster', async (t) => {
    let nowMs = 1_000_000;
    const server = await scriptedServer(t, (response) => json(response, configMap('x')));
    const rule = { when: { after: '10s', until: '20s' }, fault: { type: 'status', code: 503 } };
    const proxy = await faultProxy(t, [rule], { nowMs: () => nowMs });
    nowMs += 3_600_000;
    const kube = impatientClient(t, proxy.through({ kubeconfig: server.kubeconfig }).kubeconfig, {
      patience: { attempts: 1 },
    });
    await kube.get(ConfigMap, 'x', HERE);
    nowMs += 10_000;
    await assert.rejects(kube.get(ConfigMap, 'x', HERE), UnavailableError);
    nowMs += 10_000;
    await kube.get(ConfigMap, 'x', HERE);
    assert.equal(server.seen.length, 2);
  });
});

test('an answer comes in plain, so that a watch can be ended between two of its lines', async (t) => {
  const server = await scriptedServer(t, (response) => json(response, configMap('x')));
  const proxy = await faultProxy(t, [{ when: { verb: 'list' }, fault: { type: 'reset' } }]);
  const url = `${serverOf(proxy.through({ kubeconfig: server.kubeconfig }).kubeconfig).href}/version`;
  const asked = request(url, { headers: { 'accept-encoding': 'gzip' }, agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [{ resume(): void }];
  answer.resume();
  assert.equal(server.seen[0]?.headers['accept-encoding'], undefined);
});

test('an API server that is not there is a broken connection', async (t) => {
  const proxy = await faultProxy(t, [{ when: { verb: 'list' }, fault: { type: 'reset' } }]);
  const { kubeconfig } = proxy.through({ kubeconfig: kubeconfigFor(1) });
  const kube = impatientClient(t, kubeconfig, { patience: { attempts: 2 } });
  await assert.rejects(kube.get(ConfigMap, 'x', HERE), UnavailableError);
});

test('closing ends everything that is under way, and nothing listens any more', async (t) => {
  const { server, proxy, kube, happened } = await faultyServer(
    t,
    [
      { when: { nameMatches: '^stalled' }, fault: { type: 'stall' } },
      { when: { nameMatches: '^delayed' }, fault: { type: 'delay', for: '1h' } },
      { when: { verb: 'watch', resource: 'pods' }, fault: { type: 'endWatch', after: '1h' } },
    ],
    (response, seen) => {
      if (seen.url.searchParams.has('watch')) return open()(response);
      if (seen.url.pathname.endsWith('/unanswered')) return;
      json(response, { metadata: { resourceVersion: '1' }, items: [] });
    },
    { patience: { attempts: 1 } },
  );
  const watches = [ConfigMap, RESOURCES.Pod].map((resource) => kube.watch(resource, HERE, () => {}));
  await Promise.all(watches.map((watch) => watch.started));
  const calls = ['stalled', 'delayed', 'unanswered'].map((name) => kube.get(ConfigMap, name, HERE));
  const ends = Promise.allSettled(calls);
  while (
    happened(0) === 0 ||
    proxy.counts()[1]?.chosen === 0 ||
    !server.seen.some(({ url }) => url.pathname.endsWith('/unanswered'))
  ) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { port } = serverOf(proxy.through({ kubeconfig: server.kubeconfig }).kubeconfig);
  await proxy.close();
  for (const { status } of await ends) assert.equal(status, 'rejected');
  for (const watch of watches) watch.stop();
  assert.deepEqual([happened(0), happened(1), happened(2)], [1, 0, 0]);
  const [error] = (await once(connectTcp(Number(port), '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED');
  await proxy.close();
});
