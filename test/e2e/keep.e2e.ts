import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RunReport } from '../../src/report/report.ts';
import { SMALL_SPEC, TemporalHome } from '../support/temporal-home.ts';

describe('stages one by one', { timeout: 900_000 }, () => {
  const home = new TemporalHome();
  before(async () => {
    await home.startServer();
    await home.startWorker();
  });
  after(() => home.end());

  const report = (name: string): RunReport =>
    JSON.parse(readFileSync(join(home.folder, 'runs', name, 'report.json'), 'utf8')) as RunReport;
  const clusters = () => home.clustersLeft().filter((left) => left.startsWith('local/'));

  /** Runs the small spec with these parts, to its end. */
  async function run(name: string, parts: Record<string, unknown>): Promise<RunReport> {
    const file = join(home.folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ ...SMALL_SPEC, ...parts }));
    await home.startRun(name, file);
    assert.equal(await home.untilClosed(name), 'COMPLETED');
    return report(name);
  }

  it('each by a run of its own, on one cluster that the last one takes down', async () => {
    const created = await run('create', { through: 'create-cluster', keep: '1h' });
    assert.equal(created.outcome, 'passed');
    assert.equal(created.claims?.submitted, 0);
    const [cluster = ''] = clusters();
    assert.equal(cluster, `local/${created.kept?.name}`);

    const installed = await run('install', {
      ...{ through: 'install-agent-sandbox', takeOver: 'create', keep: '1h' },
    });
    assert.equal(installed.outcome, 'passed');
    assert.equal(await home.untilGuardEnded('create'), 'COMPLETED');

    assert.deepEqual(clusters(), [cluster]);

    const last = await run('claims', { takeOver: 'install' });
    assert.deepEqual([last.outcome, last.claims?.ready], ['passed', last.claims?.due]);
    assert.deepEqual(last.leftovers, []);
    for (const name of ['install', 'claims']) assert.equal(await home.untilGuardEnded(name), 'COMPLETED');
    assert.deepEqual(home.clustersLeft(), []);
  });

  it('a kept cluster that nobody wants is taken down by hand', async () => {
    await run('left', { through: 'create-cluster', keep: '1h' });
    assert.equal(clusters().length, 1);
    const command = home.sandtide('teardown', 'left', '--yes', '--address', home.address);
    assert.equal(await command.ended, 0, command.output());
    assert.deepEqual(home.clustersLeft(), []);
  });
});
