import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { RunReport } from '../../src/report/report.ts';
import { PROJECT } from '../support/own-home.ts';
import { TemporalHome } from '../support/temporal-home.ts';

/** Temporal's own wrapping around a failure of that type. */
const hasCause = (type: string) => (error: unknown) =>
  error instanceof WorkflowFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === type;

/** Each fault in every place is a cell of the matrix; here is what a user meets who has nothing but that CLI. */
describe('runs that are started with nothing but the Temporal CLI', { timeout: 900_000 }, () => {
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

  it('of two at once, one cancelled while claims run cleans up and reports, one terminated while its cluster is made leaves nothing: its guard unwinds', async () => {
    await Promise.all([home.startRun('cancelled'), home.startRun('terminated')]);
    await home.untilRunning('terminated', 'cluster');
    await home.temporal('workflow', 'terminate', '--workflow-id', 'terminated');
    await home.untilRunning('cancelled', 'claims');
    await home.temporal('workflow', 'cancel', '--workflow-id', 'cancelled');
    assert.equal(await home.untilClosed('cancelled'), 'CANCELLED');
    assert.equal(report('cancelled').outcome, 'cancelled');
    assert.equal(await home.untilGuardEnded('terminated'), 'COMPLETED');
    assert.equal(await home.statusOf('terminated'), 'TERMINATED');
    assert.equal(await home.untilGuardEnded('cancelled'), 'COMPLETED');
    assert.deepEqual(home.clustersLeft(), []);
  });

  it('one whose worker is killed during its claims goes on with the next worker', async () => {
    await home.startRun('killed', join(home.folder, 'longer.json'));
    await home.untilRunning('killed', 'claims');
    // Some have to be measured already: a worker may take longer to come back than the rest of the load.
    await home.untilReady('killed', 3);
    worker.child.kill('SIGKILL');
    await worker.ended;
    worker = await home.startWorker();
    assert.equal(await home.untilClosed('killed'), 'COMPLETED');
    const { outcome, claims } = report('killed');
    assert.equal(outcome, 'passed');
    assert.ok(claims !== null);
    assert.equal(claims.ready + claims.notSubmitted + claims.unknown, claims.due);
    assert.deepEqual(home.clustersLeft(), []);
  });
});
