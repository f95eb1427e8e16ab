import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { reportFolder } from '../../src/report/report-folder.ts';
import type { RunReport } from '../../src/report/report.ts';
import type { ListedSchedule } from '../../src/system/run-schedules.ts';
import { listSchedules, removeSchedule } from '../../src/system/run-schedules.ts';
import { selectorsOf } from '../deploy/promql.ts';
import { allQueries } from '../deploy/queries.ts';
import type { Series } from '../deploy/scrape.ts';
import { readScrape, select } from '../deploy/scrape.ts';
import { isLoopback, listenersOf } from '../support/machine.ts';
import type { Started } from '../support/own-home.ts';
import { TemporalHome } from '../support/temporal-home.ts';
import { until } from '../support/until.ts';

const CLAIMS = 25;

describe('a worker that serves metrics, and a run by schedule', { timeout: 600_000 }, () => {
  const home = new TemporalHome();
  let worker: Started;
  let at = '';
  let runName = '';
  before(async () => {
    await home.startServer();
    worker = await home.startWorker('--metrics', '127.0.0.1:0');
    at = /"metrics":"([^"]+)"/.exec(worker.output())?.[1] ?? '';
    const made = await home.run('schedule', 'small.json', '--cron', '0 2 * * *', '--name', 'nightly');
    assert.equal(made.code, 0, made.output);
    await home.client.schedule.getHandle('nightly').trigger('SKIP');
    runName = await until('the run', async () => (await scheduledRuns())[0] ?? null);
    // The one before is still open. Left out, the SDK's trigger would start another one all the same.
    await home.client.schedule.getHandle('nightly').trigger('SKIP');
    assert.equal(await home.untilClosed(runName, 300_000), 'COMPLETED');
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
  const scheduledRuns = async (): Promise<string[]> => {
    const query = "WorkflowType = 'sandboxRun' AND WorkflowId STARTS_WITH 'nightly-'";
    const names: string[] = [];
    for await (const { workflowId } of home.client.workflow.list({ query })) names.push(workflowId);
    return names;
  };

  it('does a run by schedule under a name of its own: owner, folder and report are its own', async () => {
    assert.match(runName, /^nightly-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const report = (await home.client.workflow.getHandle(runName).result()) as RunReport;
    assert.equal(report.runName, runName);
    const folder = reportFolder(join(home.folder, 'runs'), runName);
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')), report);
  });

  it('leaves out a run that falls due while the one before is open', async () => {
    assert.deepEqual(await scheduledRuns(), [runName]);
  });

  it('lists schedules with the run that each started last, and removes them', async () => {
    const listed = await home.run('schedule', '--list', '--output', 'json');
    const [nightly] = JSON.parse(listed.output) as ListedSchedule[];
    assert.deepEqual(
      { ...nightly, next: null },
      {
        ...{ name: 'nightly', cron: '0 2 * * *', timezone: 'UTC', paused: false, note: null, next: null },
        lastRun: runName,
      },
    );
    assert.match(nightly?.next ?? '', /T02:00:00\.000Z$/);
    assert.equal(await removeSchedule(home.client, 'nightly', 'sandboxRun'), true);
    assert.equal(await removeSchedule(home.client, 'nightly', 'sandboxRun'), false);
    // The sweep's schedule starts no runs, so that it can't be removed by mistake.
    assert.equal(await removeSchedule(home.client, 'sandtide-sweep', 'sandboxRun'), false);
  });

  it('refuses a cron line that is none, and nothing is scheduled', async () => {
    const made = await home.run('schedule', 'small.json', '--cron', '0 26 * * *');
    assert.equal(made.code, 1);
    assert.match(made.output, /--cron: Temporal refuses it: Hour is not in range/);
    assert.deepEqual(await listSchedules(home.client, 'sandboxRun'), []);
  });

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
    const health = () => home.run('worker', '--health', '--metrics', at);
    assert.deepEqual(await health(), { code: 0, output: '' });
    await home.killServer();
    const ill = await health();
    assert.equal(ill.code, 1);
    assert.match(
      ill.output,
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
