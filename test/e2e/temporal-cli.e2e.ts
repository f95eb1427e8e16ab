import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { RunReport } from '../../src/report/report.ts';
import { PROJECT } from '../support/own-home.ts';
import { TemporalHome } from '../support/temporal-home.ts';

/** A step of each stage in which something goes wrong. */
const PLACES = ['cluster', 'agent-sandbox', 'claims'] as const;

/** Temporal's own wrapping around a failure of that type. */
const hasCause = (type: string) => (error: unknown) =>
  error instanceof WorkflowFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === type;

describe('runs that are started with nothing but the Temporal CLI', { timeout: 600_000 }, () => {
  const home = new TemporalHome();
  let worker: Awaited<ReturnType<typeof home.startWorker>>;
  before(async () => {
    await home.startServer();
    worker = await home.startWorker();
  });
  after(() => home.end());

  const report = (name: string): RunReport =>
    JSON.parse(readFileSync(join(home.folder, 'runs', name, 'report.json'), 'utf8')) as RunReport;

  it('the example passes, and its result is the report', async () => {
    await home.startRun('example', join(PROJECT, 'examples/smoke.json'));
    assert.equal(await home.untilClosed('example'), 'COMPLETED');
    const result = (await home.client.workflow.getHandle('example').result()) as RunReport;
    assert.equal(result.outcome, 'passed');
    assert.deepEqual(result, report('example'));
    assert.equal(await home.untilGuardEnded('example'), 'COMPLETED');
    assert.deepEqual(home.clustersLeft(), []);
  });

  it('a bad spec fails at once with every problem, and nothing is created', async () => {
    const output = await home.temporal(
      ...['workflow', 'execute', '--task-queue', 'sandtide', '--type', 'sandboxRun', '--workflow-id', 'bad'],
      ...['--input', JSON.stringify({ load: { qsp: 5, duration: '5s' }, provider: { type: 'lokal' } })],
    );
    assert.match(output, /the spec has 2 problems; nothing was created/);
    assert.match(output, /load\.qsp: unknown key; did you mean qps\?/);
    assert.match(output, /provider\.type: "lokal" is not known; did you mean local\?/);
    await assert.rejects(home.client.workflow.getHandle('bad').result(), hasCause('InvalidSpec'));
    assert.deepEqual(home.clustersLeft(), []);
  });

  it('cancelled while claims run, a run cleans up and reports', async () => {
    await home.startRun('cancelled');
    await home.untilRunning('cancelled', 'claims');
    await home.temporal('workflow', 'cancel', '--workflow-id', 'cancelled');
    assert.equal(await home.untilClosed('cancelled'), 'CANCELLED');
    assert.equal(report('cancelled').outcome, 'cancelled');
    assert.deepEqual(home.clustersLeft(), []);
  });

  for (const place of PLACES) {
    it(`terminated during ${place}, a run leaves nothing: its guard unwinds`, async () => {
      const name = `terminated-${place}`;
      await home.startRun(name);
      await home.untilRunning(name, place);
      await home.temporal('workflow', 'terminate', '--workflow-id', name);
      assert.equal(await home.untilGuardEnded(name), 'COMPLETED');
      assert.deepEqual(home.clustersLeft(), []);
    });
  }

  for (const place of PLACES) {
    it(`a run whose worker is killed during ${place} goes on with the next worker`, async () => {
      const name = `killed-${place}`;
      await home.startRun(name, join(home.folder, 'longer.json'));
      await home.untilRunning(name, place);
      // Some have to be measured already: a worker may take longer to come back than the rest of the load.
      if (place === 'claims') await home.untilReady(name, 3);
      worker.child.kill('SIGKILL');
      await worker.ended;
      worker = await home.startWorker();
      assert.equal(await home.untilClosed(name), 'COMPLETED');
      const { outcome, claims } = report(name);
      assert.equal(outcome, 'passed');
      assert.ok(claims !== null);
      assert.equal(claims.ready + claims.notSubmitted + claims.unknown, claims.due);
      assert.deepEqual(home.clustersLeft(), []);
    });
  }
});
