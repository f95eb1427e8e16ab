import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RunReport } from '../../src/report/report.ts';
import { OwnHome } from '../support/own-home.ts';
import { SMALL_SPEC } from '../support/temporal-home.ts';
import { until } from '../support/until.ts';
import { WatchedSecrets } from '../support/watched-secrets.ts';
import { gunzipSync } from 'node:zlib';

/** Small enough for two control planes at once on two cores; with a workload, so that the exec gate has a secret. */
function smallSpec(home: OwnHome): string {
  const path = join(home.folder, 'small.json');
  const load = { ...SMALL_SPEC.load, workloadDuration: '50ms' };
  writeFileSync(path, JSON.stringify({ ...SMALL_SPEC, load }));
  return path;
}

function readReport(home: OwnHome, runName: string): RunReport {
  return JSON.parse(readFileSync(join(home.folder, 'runs', runName, 'report.json'), 'utf8')) as RunReport;
}

describe('two runs with Temporal servers of their own, side by side', { timeout: 600_000 }, () => {
  const [one, two] = [new OwnHome(), new OwnHome()];
  const secrets = new WatchedSecrets(one);
  const exposed: string[] = [];
  let codes: (number | null)[] = [];
  let output = '';
  before(async () => {
    const runs = [one, two].map((home) =>
      home.sandtide('run', '--embedded', '--name', 'small', smallSpec(home)),
    );
    const looking = setInterval(() => {
      exposed.push(...one.exposed(), ...two.exposed());
      secrets.look();
    }, 500);
    codes = await Promise.all(runs.map((run) => run.ended));
    clearInterval(looking);
    output = runs.map((run) => run.output()).join('\n=====\n');
    secrets.lookBack(output);
  });
  after(() => {
    one.dispose();
    two.dispose();
  });

  it('both pass', () => {
    assert.deepEqual(codes, [0, 0], output);
  });

  it('each leaves no process, cluster or session', () => {
    assert.deepEqual([one.leftovers(), two.leftovers()], [[], []]);
  });

  it('nothing listened beyond loopback at any moment', () => {
    assert.deepEqual(exposed, []);
  });

  it('no secret stands in a history, log, report, output or process argument', () => {
    secrets.assertKept('small');
  });

  it('the report accounts for every claim', () => {
    for (const home of [one, two]) {
      const report = readReport(home, 'small');
      assert.equal(report.outcome, 'passed');
      assert.deepEqual(report.leftovers, []);
      const { claims } = report;
      assert.ok(claims !== null);
      assert.equal(claims.due, report.spec.load.total);
      // On a machine that stands still for seconds some are not sent; they are counted, never fired in a burst.
      assert.equal(claims.submitted + claims.notSubmitted, claims.due);
      assert.equal(claims.ready + claims.failed + claims.timedOut, claims.submitted);
      assert.equal(claims.warm + claims.cold + claims.launchUnknown, claims.ready);
      assert.ok(
        report.steps.every((step) => step.state === 'undone'),
        JSON.stringify(report.steps),
      );
      assert.ok((report.latency?.dueToReady?.all?.count ?? 0) > 0);
      assert.ok(report.controllerHistogram !== null, 'the controller was scraped');
    }
  });

  it('the report names version, flags and digest of everything that ran', () => {
    const { versions, flags, digests } = readReport(one, 'small');
    const plane = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'];
    const all = [
      'sandtide',
      'node',
      'temporal-sdk',
      'temporal-server',
      'kubernetes',
      'agent-sandbox',
      ...plane,
    ];
    for (const name of [...all, 'agent-sandbox-controller'])
      assert.match(versions[name] ?? '', /^v?\d+\.\d+\.\d+/, `${name} ${versions[name]}`);
    for (const name of [...plane, 'agent-sandbox-controller'])
      assert.ok(
        (flags[name] ?? []).some((flag) => /^--[a-z-]+/.test(flag)),
        name,
      );
    for (const name of ['spec', 'agent-sandbox-manifests', ...plane, 'agent-sandbox-controller'])
      assert.match(digests[name] ?? '', /^[0-9a-f]{64}$/, name);
  });

  it('the raw timelines hold one line for each claim', () => {
    const { files, claims } = readReport(one, 'small');
    assert.ok(files.claims !== null && claims !== null);
    const path = join(one.folder, 'runs', 'small', files.claims.split('/').at(-1) ?? '');
    const lines = gunzipSync(readFileSync(path)).toString().trim().split('\n');
    const indexes = new Set(lines.map((line) => (JSON.parse(line) as { index: number }).index));
    assert.deepEqual([lines.length, indexes.size], [claims.due, claims.due]);
  });

  it('the report is printed and names its folder', () => {
    assert.match(output, /passed/);
    assert.match(output, /runs\/small/);
    assert.ok(readdirSync(join(one.folder, 'runs', 'small')).includes('report.md'));
  });
});

describe(
  'a command that is killed with everything it had under way',
  { timeout: 600_000, concurrency: true },
  () => {
    const [doomed, orphaned] = [new OwnHome(), new OwnHome()];
    after(() => {
      doomed.dispose();
      orphaned.dispose();
    });

    it('leaves nothing once any sandtide command has run', async () => {
      const run = doomed.sandtide('run', '--embedded', '--name', 'doomed', smallSpec(doomed));
      await until('the claims', () => /run .* claims/.test(run.output()) || null, { timeoutMs: 240_000 });
      // The worker first: it would clean up by itself when its parent is gone.
      const worker = doomed.processes().find(({ command }) => command.includes('cli.ts worker'));
      assert.ok(worker !== undefined);
      process.kill(worker.pid, 'SIGKILL');
      run.child.kill('SIGKILL');
      await run.ended;
      assert.ok(doomed.leftovers().length > 5, 'a control plane and a server were running');
      const tools = doomed.sandtide('tools');
      assert.equal(await tools.ended, 0, tools.output());
      assert.deepEqual(doomed.leftovers(), []);
    });

    it('leaves nothing by itself where only the command was killed', async () => {
      const run = orphaned.sandtide('run', '--embedded', '--name', 'orphaned', smallSpec(orphaned));
      await until('the install', () => /install agent-sandbox/.test(run.output()) || null, {
        timeoutMs: 240_000,
      });
      run.child.kill('SIGKILL');
      await until('an empty machine', () => orphaned.leftovers().length === 0 || null, {
        timeoutMs: 240_000,
      });
    });
  },
);
