import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { UnworkableError } from '../../src/domain/errors.ts';
import { claimMetrics } from '../../src/metrics/claim-metrics.ts';
import { cleanupMetrics } from '../../src/metrics/cleanup-metrics.ts';
import type { MetricsSource } from '../../src/metrics/metrics-server.ts';
import { serveMetrics } from '../../src/metrics/metrics-server.ts';
import { runMetrics } from '../../src/metrics/run-metrics.ts';
import { readScrape } from '../deploy/scrape.ts';

const ANY = { host: '127.0.0.1', port: 0 };
const CLAIM = {
  ...{ index: 0, name: 'c', reason: null, sandbox: null, releasedMs: null },
  ...{ acknowledgedMs: null, boundMs: null, execStartedMs: null, execEndedMs: null },
};

/** A server over real metrics, and what can be made to fail behind it. */
async function served() {
  const registry = new Registry();
  const behind = { sdk: 'temporal_x_total 1\n', problem: null as string | null, runs: 2, nowMs: 0, asked: 0 };
  const source: MetricsSource = {
    registry,
    sdkMetrics: () => (behind.sdk === '' ? Promise.reject(new Error('away')) : Promise.resolve(behind.sdk)),
    healthProblem: () => Promise.resolve(behind.problem),
  };
  const server = await serveMetrics(ANY, source);
  after(() => server.close());
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${server.address.port}${path}`);
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  };
  const value = async (metric: string, labels: Record<string, string> = {}) => {
    const series = readScrape((await get('/metrics')).text).filter(
      (one) => one.metric === metric && Object.entries(labels).every(([name, is]) => one.labels[name] === is),
    );
    return series.length === 0 ? null : series.reduce((sum, one) => sum + one.value, 0);
  };
  return { registry, behind, server, get, value };
}

describe('the one port of a worker', () => {
  it("serves our metrics and the SDK's in one answer, and ours alone where the SDK's are away", async () => {
    const { behind, get, value } = await served();
    assert.match((await get('/metrics')).type ?? '', /^text\/plain; version=0\.0\.4/);
    assert.equal(await value('temporal_x_total'), 1);
    assert.equal(await value('sandtide_sdk_metrics_up'), 1);
    behind.sdk = '';
    assert.equal(await value('sandtide_sdk_metrics_up'), 0);
  });

  it('says how the worker is, and apart from it that the process lives', async () => {
    const { behind, get } = await served();
    assert.equal((await get('/healthz')).status, 200);
    behind.problem = 'Temporal has not seen it';
    assert.deepEqual(await get('/healthz'), {
      ...{ status: 503, type: 'text/plain; charset=utf-8', text: 'Temporal has not seen it\n' },
    });
    assert.equal((await get('/livez')).status, 200);
    assert.equal((await get('/')).status, 404);
  });

  it('is refused by name where the port is taken', async () => {
    const { server } = await served();
    await assert.rejects(
      serveMetrics(server.address, {} as MetricsSource),
      (error) => error instanceof UnworkableError && /the port is taken/.test(error.message),
    );
  });
});

describe('what a worker counts', () => {
  it('are claims where they end, with the time from due and from send of those that were ready', async () => {
    const { registry, value } = await served();
    const metrics = claimMetrics(registry);
    assert.equal(await value('sandtide_claims_total', { end: 'ready' }), 0); // a rate needs the zero
    metrics.ended({ ...CLAIM, end: 'ready', launch: 'warm', dueMs: 0, sentMs: 500, readyMs: 2000 });
    metrics.ended({ ...CLAIM, end: 'timed-out', launch: 'unknown', dueMs: 0, sentMs: 500, readyMs: null });
    assert.equal(await value('sandtide_claims_total', { end: 'ready' }), 1);
    assert.equal(await value('sandtide_claims_total', { end: 'timed-out' }), 1);
    assert.equal(await value('sandtide_claim_ready_seconds_sum', { from: 'due', launch: 'warm' }), 2);
    assert.equal(await value('sandtide_claim_ready_seconds_sum', { from: 'sent', launch: 'warm' }), 1.5);
    assert.equal(await value('sandtide_claim_ready_seconds_count'), 2);
  });

  it('are live claims of the windows that are driven here, and of no others', async () => {
    const { registry, value } = await served();
    const metrics = claimMetrics(registry);
    metrics.window('a/0', { live: 3 });
    metrics.window('a/1', { live: 4 });
    assert.equal(await value('sandtide_claims_live'), 7);
    metrics.window('a/0', null);
    assert.equal(await value('sandtide_claims_live'), 4);
  });

  it('are leftovers of the last look at each run, gone once a look finds none', async () => {
    const { registry, value } = await served();
    const metrics = cleanupMetrics(registry);
    metrics.leftovers('a', 2);
    metrics.leftovers('b', 1);
    metrics.leftovers('a', 3);
    assert.equal(await value('sandtide_leftovers'), 4);
    metrics.leftovers('a', 0);
    assert.equal(await value('sandtide_leftovers'), 1);
  });
});

describe('what Temporal counts', () => {
  it('is asked for at most every ten seconds, and left out where it has no answer', async () => {
    const { registry, behind, value } = await served();
    const queries: string[] = [];
    runMetrics(registry, {
      searchAttributes: ['SandtideLeaseEnd'],
      nowMs: () => behind.nowMs,
      count: (query) => {
        queries.push(query);
        return behind.runs < 0 ? Promise.reject(new Error('away')) : Promise.resolve(behind.runs);
      },
    });
    assert.equal(await value('sandtide_runs_live'), 2);
    const once = queries.length;
    behind.runs = 5;
    assert.equal(await value('sandtide_runs_live'), 2);
    assert.equal(queries.length, once);
    behind.nowMs += 10_000;
    assert.equal(await value('sandtide_runs_lease_over'), 5);
    assert.ok(queries.some((query) => query.endsWith("SandtideLeaseEnd < '1970-01-01T00:00:10.000Z'")));
    // An attribute that the server does not know would be refused, not counted.
    assert.equal(await value('sandtide_runs_held'), null);
    behind.nowMs += 10_000;
    behind.runs = -1;
    assert.equal(await value('sandtide_runs_live'), null);
    behind.runs = 1;
    assert.equal(await value('sandtide_runs_live'), 1);
  });
});
