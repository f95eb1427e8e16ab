import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pkbReport } from '../../src/cli/pkb-report.ts';
import type { PkbSample } from '../../src/pkb/samples.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { CONTEXT, sampleRequest } from '../report/sample-run.ts';

const report = buildReport(sampleRequest(), CONTEXT);
const samplesIn = (text: string) => text.split('\n').map((line) => JSON.parse(line) as PkbSample);

test('the samples of a run are those that its worker wrote, or come from its report', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sandtide-pkb-'));
  t.after(() => rm(folder, { recursive: true }));
  const fromReport = samplesIn(await pkbReport(report, folder));
  assert.ok(fromReport.length > 5);
  assert.ok(fromReport.every(({ metadata }) => metadata['sandtide_latencies_from'] === 'histograms'));

  await mkdir(join(folder, report.runName));
  const file = join(folder, report.runName, 'pkb-samples.jsonl');
  const written = `${JSON.stringify({ metric: 'startup_time_p50', run_uri: report.owner })}\n`;
  await writeFile(file, written);
  assert.equal(await pkbReport(report, folder), written.trimEnd());

  await writeFile(file, written.replace(report.owner, 'ffffffffff')); // of another run
  assert.deepEqual(samplesIn(await pkbReport(report, folder)), fromReport);
});
