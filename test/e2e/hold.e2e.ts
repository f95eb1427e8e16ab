import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RunReport } from '../../src/report/report.ts';
import { SMALL_SPEC, TemporalHome } from '../support/temporal-home.ts';

/** No sandbox is ready before five seconds, and two are waited for. */
const TOO_IMPATIENT = {
  ...SMALL_SPEC,
  provider: { ...SMALL_SPEC.provider, podStartup: { delay: '5s', jitter: '0s' } },
  agentSandbox: { warmPool: { replicas: 5, readyTimeout: '2s' } },
  onFailure: { hold: '10m' },
};

/** Resets to other places, and after the end, are rows of the matrix. */
describe('picking a run up where it failed', { timeout: 900_000 }, () => {
  const home = new TemporalHome();
  let worker: Awaited<ReturnType<typeof home.startWorker>>;
  before(async () => {
    await home.startServer();
    writeFileSync(join(home.folder, 'impatient.json'), JSON.stringify(TOO_IMPATIENT));
    worker = await home.startWorker();
  });
  after(() => home.end());

  const report = (name: string): RunReport =>
    JSON.parse(readFileSync(join(home.folder, 'runs', name, 'report.json'), 'utf8')) as RunReport;

  const sandtide = async (...args: string[]): Promise<string> => {
    const command = home.sandtide(...args, '--address', home.address);
    assert.equal(await command.ended, 0, command.output());
    return command.output();
  };

  it('a stage that failed is held over the death of worker and server, and goes on with another setting', async () => {
    await home.startRun('held', join(home.folder, 'impatient.json'));
    const before = await home.untilHeld('held');
    assert.equal(before.stage, 'install-agent-sandbox');
    assert.match(before.message, /0 of 5 sandboxes ready after 2s/);
    assert.deepEqual(before.nodes, { general: 1, sandbox: 1 });

    worker.child.kill('SIGKILL');
    await worker.ended;
    await home.restartServer();
    worker = await home.startWorker();
    assert.deepEqual(await home.untilHeld('held'), before);
    assert.ok(before.evidence !== null);
    assert.deepEqual(
      before.evidence.files.map(({ name }) => name),
      readdirSync(before.evidence.folder ?? '').toSorted((one, other) => one.localeCompare(other)),
    );
    assert.match(await sandtide('status', 'held'), /install-agent-sandbox is held \(hold 1\)/);
    assert.ok(home.clustersLeft().length > 0, 'the cluster is kept');

    await sandtide(
      ...['retry', 'held', '--set', 'agentSandbox.warmPool.readyTimeout=60s'],
      ...['--set', 'load.total=75', '--set', 'agentSandbox.controller.claimWorkers=7'],
    );
    await home.untilRunning('held', 'claims');
  });

  it('reset while its claims run, it goes on, on the cluster that it has, and passes', async () => {
    const clusters = home.clustersLeft().filter((left) => left.startsWith('local/'));
    assert.equal(clusters.length, 1);
    await sandtide('retry', 'held', '--from', 'run-claims');
    await home.untilRunning('held', 'claims');
    assert.deepEqual(
      home.clustersLeft().filter((left) => left.startsWith('local/')),
      clusters,
    );
    assert.equal(await home.untilClosed('held'), 'COMPLETED');
    const { outcome, claims, flags, steps } = report('held');
    assert.equal(outcome, 'passed');
    assert.deepEqual([claims?.due, claims?.ready], [75, 75]);
    assert.ok(
      Object.values(flags).some((args) => args.includes('--sandbox-claim-concurrent-workers=7')),
      JSON.stringify(flags),
    );
    assert.ok(steps.every(({ state }) => state === 'undone'));
    assert.equal(await home.untilGuardEnded('held'), 'COMPLETED');
    assert.deepEqual(home.clustersLeft(), []);
  });
});
