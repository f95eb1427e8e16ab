import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { guardWorkflowId } from '../../src/domain/names.ts';
import type { RunReport } from '../../src/report/report.ts';
import type { RunProgress } from '../../workflows/messages.ts';
import { progressQuery } from '../../workflows/messages.ts';
import { SMALL_SPEC } from '../support/temporal-home.ts';
import { until } from '../support/until.ts';
import { ComposedStack } from './composed-stack.ts';
import { builtServer, findPostgres } from './programs.ts';

const MINUTE = 60_000;
const RUN = 'on-postgresql';
/** Long enough for the server to die in the middle of it. */
const SPEC = { ...SMALL_SPEC, load: { ...SMALL_SPEC.load, duration: '20s' } };

describe('what docker-compose.yml composes, as plain processes', { timeout: 30 * MINUTE }, () => {
  let stack: ComposedStack;
  before(async () => {
    const [postgres, server] = [findPostgres(), await builtServer()];
    assert.ok(postgres !== null && server !== null, '`npm run test:postgres` gets what this needs');
    stack = new ComposedStack(postgres, server);
    await stack.prepare();
  });
  after(() => stack?.end());

  const closed = (name: string) =>
    until(
      `the end of ${name}`,
      async () => {
        const { status } = await stack.client.workflow.getHandle(name).describe();
        return status.name === 'RUNNING' ? null : status.name;
      },
      { timeoutMs: 10 * MINUTE, everyMs: 500 },
    );
  const untilHealthy = () =>
    until('a healthy worker', async () => (await stack.workerHealth()).code === 0 || null, {
      timeoutMs: 5 * MINUTE,
      everyMs: 1000,
    });

  it('makes database, schema and namespace, and finds them made the second time', async () => {
    await stack.startPostgres();
    await stack.oneShot('temporal-schema');
    await stack.oneShot('temporal-schema');
    await stack.startServer();
    await stack.oneShot('temporal-namespace');
    await stack.oneShot('temporal-namespace');
  });

  it('has a worker that its health check calls well as soon as Temporal sees it poll', async () => {
    await stack.startWorker();
    await untilHealthy();
  });

  it('passes a run of the Temporal CLI whose server is killed in the middle, and nothing is left', async () => {
    writeFileSync(join(stack.folder, 'spec.json'), JSON.stringify(SPEC));
    const started = await stack.temporal(
      ...['workflow', 'start', '--task-queue', 'sandtide', '--type', 'sandboxRun'],
      ...['--workflow-id', RUN, '--input-file', join(stack.folder, 'spec.json')],
    );
    assert.match(started, /Running execution/);
    const handle = stack.client.workflow.getHandle(RUN);
    await until(
      'running claims',
      async () => {
        const { steps } = await handle.query<RunProgress>(progressQuery);
        return steps.find(({ id }) => id === 'claims')?.state === 'running' || null;
      },
      { timeoutMs: 10 * MINUTE },
    );

    await stack.killServer();
    const ill = await stack.workerHealth();
    assert.equal(ill.code, 1);
    assert.match(ill.said, /Temporal can't be asked/);
    assert.equal((await fetch(`${stack.metricsUrl}/livez`)).status, 200);
    await stack.startServer();
    await untilHealthy();

    assert.equal(await closed(RUN), 'COMPLETED');
    const report = (await handle.result()) as RunReport;
    assert.equal(report.outcome, 'passed');
    assert.ok(report.claims !== null);
    const { due, ready, notSubmitted, unknown } = report.claims;
    assert.equal(due, 100);
    assert.equal(ready + notSubmitted + unknown, due);
    assert.equal(await closed(guardWorkflowId(RUN)), 'COMPLETED');
    const clusters = stack.leftovers().filter((left) => /^local\/|kube-|etcd|kwok|agent-sandbox/.test(left));
    assert.deepEqual(clusters, []);
  });

  it('listens on loopback alone', () => {
    assert.deepEqual(stack.exposed(), []);
  });

  it('has a worker that ends well when it is told to stop', async () => {
    stack.worker.child.kill('SIGTERM');
    assert.equal(await stack.worker.ended, 0);
  });
});
