import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import type { RunReport } from '../../src/report/report.ts';
import type { ListedRun } from '../../src/cli/listed-run.ts';
import { SEARCH_ATTRIBUTES } from '../../src/system/search-attributes.ts';
import { RunEnvironment } from '../support/run-environment.ts';
import { applicationFailureOf } from '../support/run-failures.ts';
import { PROJECT } from '../support/own-home.ts';
import { REPORTS } from '../report/sample-reports.ts';
import { until } from '../support/until.ts';

const HOLD = { holdMs: 120_000 };

let env: RunEnvironment;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandtide-held-'));
  env = await RunEnvironment.start();
});
after(async () => {
  await env.stop();
  rmSync(folder, { recursive: true, force: true });
  assert.deepEqual(env.world.violations, []);
});

/** `sandtide ARGS` against that Temporal server; exit code and everything printed. */
async function sandtide(...args: string[]): Promise<{ code: number | undefined; output: string }> {
  const { exitCode, all } = await execa(
    process.execPath,
    [join(PROJECT, 'src/cli.ts'), ...args, '--address', env.address],
    { all: true, reject: false, cwd: folder, env: { XDG_STATE_HOME: folder, NO_COLOR: '1', COLUMNS: '120' } },
  );
  return { code: exitCode, output: all };
}

async function assertSaid(args: string[], expected: RegExp, code = 0): Promise<string> {
  const said = await sandtide(...args);
  assert.match(said.output, expected);
  assert.equal(said.code, code, said.output);
  return said.output;
}

describe('the commands for a held run', { concurrency: 3 }, () => {
  it('status shows the hold and what to type, with the address that it has asked', async () => {
    const run = await env.run('shown', { faults: { failAt: 'claims' }, limits: HOLD });
    await env.untilHeld('shown');
    const output = await assertSaid(['status', 'shown'], /run-claims is held \(hold 1\): taken down in /);
    for (const command of ['retry shown', 'skip shown', 'extend shown --by 30m', 'teardown shown'])
      assert.ok(output.includes(`sandtide ${command} --address`), output);
    const json = await sandtide('status', 'shown', '--output', 'json');
    const { hold } = JSON.parse(json.output) as { hold: { commands: unknown[] } };
    assert.equal(hold.commands.length, 4);
    await assertSaid(['teardown', 'shown'], /shown: everything is taken down; watch it/);
    assert.equal((await applicationFailureOf(run)).type, 'RunFailed');
  });

  it('extend lets it wait for longer', async () => {
    const run = await env.run('extended', { faults: { failAt: 'claims' }, limits: HOLD });
    const { untilMs } = await env.untilHeld('extended');
    await assertSaid(['extend', 'extended', '--by', '5m'], /extended: held until 2/);
    assert.equal((await env.untilHeld('extended')).untilMs, untilMs + 300_000);
    await assertSaid(['extend', 'extended', '--by', 'soon'], /--by: found "soon"; allowed: a duration/, 1);
    await run.cancel();
    await env.untilClosed('extended');
  });

  it('retry tries the stage again, with changes where they are right, and says what is wrong with them', async () => {
    const run = await env.run('retried', { faults: { failAt: 'claims', failTimes: 1 }, limits: HOLD });
    await env.untilHeld('retried');
    const bad = ['retry', 'retried', '--set', 'problems=[{"path":"load.qps","message":"is too much"}]'];
    await assertSaid(
      bad,
      /the change has 1 problem; nothing was changed\n {2}change load\.qps: is too much/,
      1,
    );
    await assertSaid(['retry', 'retried', '--set', 'mark=changed'], /run-claims is tried again; watch it/);
    assert.equal(((await run.result()) as RunReport).outcome, 'passed');
    assert.equal(env.world.given.findLast(({ runName }) => runName === 'retried')?.spec.mark, 'changed');
  });

  it('skip lets it go on without the stage, and is refused where it can not', async () => {
    const run = await env.run('skipped', { faults: { failAt: 'claims' }, limits: HOLD });
    await env.untilHeld('skipped');
    await assertSaid(['skip', 'skipped'], /skipped: the stage is left out/);
    assert.equal((await applicationFailureOf(run)).type, 'RunFailed');
    const other = await env.run('not-skipped', { faults: { failAt: 'cluster' }, limits: HOLD });
    await env.untilHeld('not-skipped');
    await assertSaid(['skip', 'not-skipped'], /skipStage is not allowed for create-cluster/, 1);
    await other.cancel();
    await env.untilClosed('not-skipped');
  });

  it('retry begins an ended run again with the stage that failed, or with the one that is named', async () => {
    const run = await env.run('ended', { faults: { failAt: 'workload', failTimes: 2 } });
    await applicationFailureOf(run);
    await assertSaid(['retry', 'ended'], /ended begins again with install-agent-sandbox \(execution /);
    assert.equal(await env.untilClosed('ended'), 'FAILED');
    await assertSaid(['retry', 'ended', '--set', 'load.qps=1'], /only a held stage takes changes/, 1);
    await assertSaid(['retry', 'ended', '--from', 'run-claims'], /never began run-claims; begun were/, 1);
    await assertSaid(['retry', 'ended', '--from', 'create-cluster'], /begins again with create-cluster/);
    assert.equal(await env.untilClosed('ended'), 'COMPLETED');
    assert.equal(await env.untilGuardEnded('ended'), 'COMPLETED');
    assert.deepEqual(env.world.leftOf('ended'), []);
  });

  it('retry leaves a run alone that is under way, unless it is told where to begin again', async () => {
    const run = await env.run('under-way', { faults: { hangAt: 'claims' } });
    await env.world.untilBegun('under-way', 'claims');
    await assertSaid(['retry', 'under-way'], /it is under way \(run-claims\), not held/, 1);
    await assertSaid(['extend', 'under-way', '--by', '5m'], /it is not held \(run-claims\)/, 1);
    await assertSaid(['retry', 'under-way', '--from', 'run-claims'], /begins again with run-claims/);
    env.world.letGo('under-way');
    assert.equal(await env.untilClosed('under-way'), 'COMPLETED');
    assert.equal((await env.executionsOf(run.workflowId)).length, 2);
  });

  it('say so where there is no such run', async () => {
    await assertSaid(['retry', 'nobody'], /Temporal knows no run called nobody/, 1);
  });
});

describe('the commands that start, list and end runs', () => {
  it('start comes back at once with the run, list shows it, cancel ends it; each as a document too', async () => {
    writeFileSync(join(folder, 'small.yaml'), 'load: { qps: 5, total: 25 }\n');
    const started = JSON.parse(
      await assertSaid(['start', 'small.yaml', '--name', 'afar', '--output', 'json'], /"runName": "afar"/),
    ) as { firstExecutionRunId: string };
    await assertSaid(['start', 'small.yaml', '--name', 'bad/name'], /--name: /, 1);
    assert.equal(await env.untilClosed('afar'), 'COMPLETED');

    const hanging = await env.run('hanging', {
      faults: { hangAt: 'claims' },
      searchAttributes: Object.keys(SEARCH_ATTRIBUTES),
    });
    await env.world.untilBegun('hanging', 'claims');
    await untilListed('hanging');
    const all = await listed();
    const afar = all.find((run) => run.runName === 'afar');
    assert.equal(afar?.executionRunId, started.firstExecutionRunId);
    assert.equal(afar.status, 'completed');
    const open = await listed('--open');
    assert.deepEqual(
      open.map(({ runName, status, stage }) => ({ runName, status, stage })),
      [{ runName: 'hanging', status: 'running', stage: 'run-claims' }],
    );
    assert.equal((await listed('--limit', '1')).length, 1);
    await assertSaid(['list', '--open'], /^RUN +STATUS +STAGE[^]*hanging +running +run-claims/);
    await assertSaid(['list', '--limit', '0'], /give a whole number from 1 to 10000/, 1);

    await assertSaid(['cancel', 'hanging', '--output', 'json'], /"cancelRequested": true/);
    env.world.letGo('hanging');
    await env.untilClosed('hanging');
    await hanging.result().catch(() => undefined);
  });

  it('report tells of a later life of the run than that of the report on disk, and of none where there is none', async () => {
    const run = await env.run('again', { faults: { hangAt: 'claims' } });
    await env.world.untilBegun('again', 'claims');
    await assertSaid(['report', 'again'], /run again: it has no report yet; see how it stands/, 1);
    const { runId } = await run.describe();
    const of = (first: string, endedAt: string): void => {
      mkdirSync(join(folder, 'runs/again'), { recursive: true });
      const report = { ...REPORTS.passed, runName: 'again', firstExecutionRunId: first, endedAt };
      writeFileSync(join(folder, 'runs/again/report.json'), JSON.stringify(report));
    };
    const asked = ['report', 'again', '--output', 'json'];
    of('another', '2026-01-01T00:00:00.000Z');
    await assertSaid(asked, /^again is open again, since .*life before, which ended at 2026-01-01/m);
    of(runId, '2026-01-01T00:00:00.000Z'); // it was reset
    await assertSaid(asked, /^again is open again/m);
    of(runId, new Date().toISOString()); // it has just written it
    assert.doesNotMatch(await assertSaid(asked, /"runName": "again"/), /open again/);
    env.world.letGo('again');
    await env.untilClosed('again');
    of('another', '2026-01-01T00:00:00.000Z');
    await assertSaid(asked, /^again has run again and ended, since /m);
  });

  it('refuse a form of output that they do not have', async () => {
    await assertSaid(['list', '--output', 'xml'], /Allowed choices are text, json/, 1);
  });
});

async function listed(...args: string[]): Promise<ListedRun[]> {
  return JSON.parse((await sandtide('list', ...args, '--output', 'json')).output) as ListedRun[];
}

/** Temporal's visibility comes a little later than its history. */
async function untilListed(runName: string): Promise<void> {
  await until(`${runName} in the list`, async () => {
    const found = (await listed()).find((run) => run.runName === runName);
    return found?.stage === 'run-claims' ? true : null;
  });
}
