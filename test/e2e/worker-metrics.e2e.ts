import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectorsOf } from '../deploy/promql.ts';
import { allQueries } from '../deploy/queries.ts';
import type { Series } from '../deploy/scrape.ts';
import { readScrape, select } from '../deploy/scrape.ts';
import { isLoopback, listenersOf } from '../support/machine.ts';
import type { Started } from '../support/own-home.ts';
import { TemporalHome } from '../support/temporal-home.ts';
import { until } from '../support/until.ts';

const CLAIMS = 25;

describe('a worker that serves metrics', { timeout: 300_000 }, () => {
  const home = new TemporalHome();
  let worker: Started;
  let at = '';
  before(async () => {
    await home.startServer();
    worker = await home.startWorker('--metrics', '127.0.0.1:0');
    at = /"metrics":"([^"]+)"/.exec(worker.output())?.[1] ?? '';
    await home.startRun('measured');
    assert.equal(await home.untilClosed('measured'), 'COMPLETED');
    // What no worker of ours can do: its workflow tasks fail for ever.
    await home.temporal(
      ...['workflow', 'start', '--task-queue', 'sandtide', '--type', 'noSuchWorkflow'],
      ...['--workflow-id', 'unknown'],
    );
  });
  after(() => home.end());

  const scrape = async (): Promise<Series[]> =>
    readScrape(await (await fetch(`http://${at}/metrics`)).text());
  const value = (series: readonly Series[], metric: string, labels: Record<string, string> = {}) =>
    select(series, { metric, labels, absent: false }).reduce((sum, one) => sum + one.value, 0);
  const health = async () => {
    const asked = home.sandtide('worker', '--health', '--metrics', at);
    return { code: await asked.ended, said: asked.output() };
  };

  it('answers every query of the dashboard and of the alert rules with data', async () => {
    const series = await until('a failed workflow task', async () => {
      const now = await scrape();
      return value(now, 'temporal_workflow_task_execution_failed_total') > 0 ? now : null;
    });
    const unanswered = allQueries().flatMap(({ place, expr }) =>
      selectorsOf(expr)
        .filter((selector) => select(series, selector).length === 0)
        .map(({ metric, labels }) => `${place}: ${metric} ${JSON.stringify(labels)}`),
    );
    assert.deepEqual(unanswered, []);
  });

  it('has counted the run: each claim once, its end, its undo, and nothing left', async () => {
    const series = await scrape();
    assert.equal(value(series, 'sandtide_claims_total', { end: 'ready' }), CLAIMS);
    assert.equal(value(series, 'sandtide_claims_total'), CLAIMS);
    assert.equal(value(series, 'sandtide_claim_ready_seconds_count', { from: 'sent' }), CLAIMS);
    assert.equal(value(series, 'sandtide_claims_live'), 0);
    assert.equal(value(series, 'sandtide_undo_attempts_total', { step: 'cluster', result: 'done' }), 1);
    assert.equal(value(series, 'sandtide_leftovers'), 0);
  });

  it('listens on loopback alone, with one port for people and one for itself', () => {
    const listeners = listenersOf(home.processes().filter(({ pid }) => pid === worker.child.pid));
    assert.equal(listeners.length, 2);
    assert.ok(listeners.every(isLoopback), listeners.join(', '));
  });

  it('is healthy while Temporal sees it poll, and says why when it is not', async () => {
    assert.deepEqual(await health(), { code: 0, said: '' });
    await home.killServer();
    const ill = await health();
    assert.equal(ill.code, 1);
    assert.match(
      ill.said,
      /^sandtide: worker at 127\.0\.0\.1:\d+: Temporal can't be asked: .+; look at its log/,
    );
    assert.equal((await fetch(`http://${at}/livez`)).status, 200);
    await home.restartServer();
    await until('health', async () => (await fetch(`http://${at}/healthz`)).ok || null);
  });

  it('says in its log which run and activity a line is about', async () => {
    await home.temporal(
      ...['workflow', 'execute', '--task-queue', 'sandtide', '--type', 'sandboxRun', '--workflow-id', 'bad'],
      ...['--input', '{"load":{"token":"canary"}}'],
    );
    const lines = () => {
      const whole = worker.output().split('\n').slice(0, -1);
      return whole.map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    await until(
      'a line about the run',
      async () => lines().find(({ run, activity }) => run === 'bad' && activity === 'prepareRun') ?? null,
    );
  });

  it('ends on SIGTERM, and its port with it', async () => {
    worker.child.kill('SIGTERM');
    assert.equal(await worker.ended, 0);
    await assert.rejects(fetch(`http://${at}/livez`));
  });
});
