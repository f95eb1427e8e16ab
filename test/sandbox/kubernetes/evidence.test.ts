import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { SandboxTarget } from '../../../src/sandbox/agent-sandbox.ts';
import { evidenceSources } from '../../../src/sandbox/kubernetes/evidence.ts';
import type { Seen } from '../../kubernetes/scripted-server.ts';
import { failure, json, scriptedServer } from '../../kubernetes/scripted-server.ts';
import { samplePlan, sampleSpec } from '../sample-plan.ts';

const PLAN = samplePlan();
const POD = {
  metadata: { name: 'controller-1', namespace: PLAN.sandbox.systemNamespace },
  status: { phase: 'Running', containerStatuses: [{ name: 'manager', restartCount: 2 }] },
};

/** An API server that has one pod everywhere and nothing else; `answer` says true where it has answered by itself. */
async function targetOf(
  context: TestContext,
  {
    fake = false,
    answer,
  }: { fake?: boolean; answer?: (response: ServerResponse, seen: Seen) => boolean } = {},
) {
  const { kube, seen } = await scriptedServer(context, (response, one) => {
    const { pathname, searchParams } = one.url;
    if (answer?.(response, one) === true) return;
    if (pathname.endsWith('/pods')) json(response, { metadata: {}, items: [POD] });
    else if (pathname.endsWith('/log')) response.end(searchParams.has('previous') ? 'before\n' : 'now\n');
    else if (pathname.endsWith('/metrics')) response.end('go_goroutines 7\n');
    else if (/warmpools\/|templates\//.test(pathname)) failure(response, 404, 'NotFound', 'none');
    else json(response, { metadata: {}, items: [] });
  });
  const runDeployment = fake ? async () => ({ command: [], metricsUrl: '' }) : null;
  const target: SandboxTarget = {
    kube,
    plan: PLAN,
    spec: sampleSpec(),
    inClusterWebhooks: true,
    runDeployment,
  };
  return { target, seen };
}

async function textsOf(
  target: SandboxTarget,
  signal = AbortSignal.timeout(300_000),
): Promise<Record<string, string>> {
  const work = { signal, progress: () => undefined };
  const texts = evidenceSources(target).map(
    async ({ name, collect }) => [name, await collect(work).catch(String)] as const,
  );
  return Object.fromEntries(await Promise.all(texts));
}

describe('the evidence that a cluster gives', { timeout: 300_000 }, () => {
  it('is only read, and no Secret is ever asked for', async (context) => {
    const { target, seen } = await targetOf(context);
    await textsOf(target);
    assert.ok(seen.length > 10);
    assert.deepEqual(
      seen.filter(({ method, url }) => method !== 'GET' || /secret/i.test(url.pathname)),
      [],
    );
  });

  it('holds the log of a controller that was restarted, before it and after, and its metrics', async (context) => {
    const { target, seen } = await targetOf(context);
    const texts = await textsOf(target);
    assert.equal(
      texts['agent-sandbox-controller.log'],
      '==> pod controller-1, before its restart\nbefore\n\n==> pod controller-1\nnow\n',
    );
    assert.equal(texts['controller-metrics.txt'], 'go_goroutines 7\n');
    const log = seen.find(({ url }) => url.pathname.endsWith('/log'))?.url;
    assert.equal(log?.pathname, '/api/v1/namespaces/agent-sandbox-system/pods/controller-1/log');
    assert.ok(Number(log.searchParams.get('limitBytes')) > 0);
    assert.ok(
      seen.some(({ url }) =>
        url.pathname.endsWith('/services/agent-sandbox-controller:metrics/proxy/metrics'),
      ),
    );
  });

  it('leaves log and metrics of the controller to the provider where its pod is no real one', async (context) => {
    const { target } = await targetOf(context, { fake: true });
    assert.deepEqual(
      evidenceSources(target).map(({ name }) => name),
      ['unready.txt', 'events.txt', 'manifests.yaml', 'apiserver-metrics.txt'],
    );
  });

  it('says what one place denied, and has the others', async (context) => {
    const { target } = await targetOf(context, {
      answer(response, { url }) {
        if (!/nodes$|events$/.test(url.pathname)) return false;
        failure(response, 403, 'Forbidden', 'not you');
        return true;
      },
    });
    const texts = await textsOf(target);
    assert.match(texts['unready.txt'] ?? '', /^Node: 0 of 0 not ready \(the look was cut short: .*not you/m);
    assert.match(texts['unready.txt'] ?? '', /^Pod in agent-sandbox-system: 1 of 1 not ready$/m);
    assert.match(texts['events.txt'] ?? '', /^agent-sandbox-system: 0 events \(the look was cut short/);
  });

  it('names what should be there and is not', async (context) => {
    const { target } = await targetOf(context);
    const { template, warmPool, workloadNamespace } = PLAN.sandbox;
    const { 'manifests.yaml': manifests = '' } = await textsOf(target);
    assert.ok(
      manifests.includes(`# there is no SandboxTemplate ${workloadNamespace}/${template}\n`),
      manifests,
    );
    assert.ok(
      manifests.includes(`# there is no SandboxWarmPool ${workloadNamespace}/${warmPool}\n`),
      manifests,
    );
  });

  it('keeps what was seen when time is up', async (context) => {
    const stop = new AbortController();
    const { target } = await targetOf(context, {
      answer(response, { url }) {
        if (!url.pathname.endsWith('/events')) return false;
        if (!url.pathname.includes(PLAN.sandbox.systemNamespace)) return false;
        if (!url.searchParams.has('continue')) {
          const event = { metadata: { name: 'e' }, type: 'Warning', reason: 'FailedScheduling' };
          json(response, { metadata: { continue: 'there' }, items: [event] });
          return true;
        }
        stop.abort(new Error('time is up')); // and there is never an answer
        return true;
      },
    });
    const { 'events.txt': events } = await textsOf(target, stop.signal);
    assert.match(
      events ?? '',
      /^agent-sandbox-system: 1 event \(the look was cut short: time is up\)\n.*FailedScheduling/,
    );
  });
});
