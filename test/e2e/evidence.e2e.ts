import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RunReport } from '../../src/report/report.ts';
import { OwnHome } from '../support/own-home.ts';
import { SMALL_SPEC } from '../support/temporal-home.ts';
import { WatchedSecrets } from '../support/watched-secrets.ts';

/** Sandboxes for which no machine has processors enough: the pool never fills. */
const NO_ROOM = {
  ...SMALL_SPEC,
  // With a workload, so that the pass of the exec gate is a secret too.
  load: { ...SMALL_SPEC.load, workloadDuration: '50ms' },
  agentSandbox: { template: { cpuRequest: '1000' }, warmPool: { replicas: 3, readyTimeout: '5s' } },
};

describe('a run whose sandboxes find no room', { timeout: 300_000 }, () => {
  const home = new OwnHome();
  const secrets = new WatchedSecrets(home);
  let code: number | null = null;
  let output = '';
  let report: RunReport;
  before(async () => {
    const spec = join(home.folder, 'spec.json');
    writeFileSync(spec, JSON.stringify(NO_ROOM));
    const run = home.sandtide('run', '--embedded', '--name', 'crowded', spec);
    const looking = setInterval(() => secrets.look(), 400);
    code = await run.ended;
    clearInterval(looking);
    output = run.output();
    secrets.lookBack(output);
    report = JSON.parse(readFileSync(join(home.folder, 'runs/crowded/report.json'), 'utf8')) as RunReport;
  });
  after(() => home.dispose());

  it('fails in the stage that it failed in, and says why', () => {
    assert.equal(code, 2, output);
    assert.equal(report.outcome, 'failed');
    assert.equal(report.failure?.stage, 'install-agent-sandbox');
    assert.equal(report.failure.errorType, 'TimedOut');
    assert.match(
      report.failure.message,
      /0 of 3 sandboxes ready after 5s; Unschedulable: .*Insufficient cpu/,
    );
  });

  it('waited as long as the spec says, and no more: it tried once', () => {
    const attempts = report.steps.map(({ id, attempts }) => [id, attempts]);
    assert.deepEqual(attempts.at(-1), ['claims', null]);
    assert.deepEqual(attempts.at(-2), ['warm-pool', 1]);
    assert.match(output, /fill warm pool .*\s+sandboxes, tried once, in/);
  });

  it('lets no secret stand in a history, log, report, evidence, output or process argument', () => {
    secrets.assertKept('crowded');
  });

  it('leaves nothing', () => {
    assert.deepEqual(report.leftovers, []);
    assert.deepEqual(home.leftovers(), []);
  });

  it('leaves evidence of what is gone, and says where', () => {
    const folder = join(home.folder, 'runs/crowded/evidence');
    assert.equal(report.evidence?.folder, folder);
    assert.deepEqual(report.evidence.problems, []);
    assert.deepEqual(
      report.evidence.files.map(({ name }) => name),
      readdirSync(folder).toSorted((one, other) => one.localeCompare(other)),
    );
    assert.match(readFileSync(join(folder, 'unready.txt'), 'utf8'), /Insufficient cpu.* \(3 times\)/);
    assert.match(readFileSync(join(folder, 'events.txt'), 'utf8'), /FailedScheduling/);
    assert.match(readFileSync(join(folder, 'kube-scheduler.log'), 'utf8'), /\S/);
    assert.ok(output.includes(`evidence    ${folder}`), output);
  });
});
