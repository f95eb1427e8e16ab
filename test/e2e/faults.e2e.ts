import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RuleCounts } from '../../src/faults/choose.ts';
import type { RunReport } from '../../src/report/report.ts';
import { OwnHome, PROJECT } from '../support/own-home.ts';
import { SMALL_SPEC } from '../support/temporal-home.ts';

/** Enough claims for every rule of the file to find its calls, over long enough; a slow machine changes no outcome. */
const LOAD = { qps: 5, total: 60, readyTimeout: '150s' };

describe('a run whose calls to the API server fail by examples/faults.yaml', { timeout: 300_000 }, () => {
  const home = new OwnHome();
  let code: number | null = null;
  let output = '';
  let report: RunReport;
  before(async () => {
    home.env['SANDTIDE_FAULTS'] = join(PROJECT, 'examples/faults.yaml');
    const spec = join(home.folder, 'spec.json');
    writeFileSync(spec, JSON.stringify({ ...SMALL_SPEC, load: LOAD }));
    const run = home.sandtide('run', '--embedded', '--name', 'faulty', spec);
    code = await run.ended;
    output = run.output();
    report = JSON.parse(readFileSync(join(home.folder, 'runs/faulty/report.json'), 'utf8')) as RunReport;
  });
  after(() => home.dispose());

  it('passes, with every claim made once and ready', () => {
    assert.equal(code, 0, output);
    assert.equal(report.outcome, 'passed');
    assert.equal(report.claims?.due, report.spec.load.total);
    assert.equal(report.claims?.ready, report.claims?.due);
  });

  it('leaves nothing', () => {
    assert.deepEqual(report.leftovers, []);
    assert.deepEqual(home.leftovers(), []);
  });

  it('met every fault of the file', () => {
    const log = readFileSync(join(home.folder, 'runs/faulty/logs/worker.log'), 'utf8').split('\n');
    const last = log.find((line) => line.includes('what became of the faults')) ?? '{"faults":[]}';
    const counts = (JSON.parse(last) as { faults: RuleCounts[] }).faults;
    assert.equal(counts.length, 7);
    assert.deepEqual(
      counts.filter(({ happened }) => happened === 0),
      [],
    );
  });

  it('does not look like any other run: its report says that faults were on, and which', () => {
    assert.match(report.versions['faults'] ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.notEqual(report.verdict, 'valid');
    assert.ok(report.verdictReasons.some((reason) => reason.startsWith('Network faults were put between')));
    assert.match(output, /Network faults were put between/);
  });
});
