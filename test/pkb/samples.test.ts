import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ClaimTimeline } from '../../src/measure/window-result.ts';
import { ClaimRecords } from '../../src/pkb/claim-records.ts';
import type { PkbSample } from '../../src/pkb/samples.ts';
import { pkbSamples } from '../../src/pkb/samples.ts';
import { samplesCsv, samplesJsonLines } from '../../src/pkb/write-samples.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { CONTEXT, sampleRequest } from '../report/sample-run.ts';

const report = buildReport(sampleRequest(), CONTEXT);
const claim = (index: number, changes: Partial<ClaimTimeline> = {}): ClaimTimeline => ({
  index,
  name: `c-${index}`,
  end: 'ready',
  reason: null,
  launch: 'warm',
  sandbox: `s-${index}`,
  dueMs: 1000 * index,
  sentMs: 1000 * index + 1,
  acknowledgedMs: 1000 * index + 5,
  boundMs: 1000 * index + 20,
  readyMs: 1000 * index + 101,
  execStartedMs: null,
  execEndedMs: null,
  releasedMs: 1000 * index + 301,
  ...changes,
});

function samplesOf(claims: readonly ClaimTimeline[]): PkbSample[] {
  const records = new ClaimRecords();
  for (const each of claims) records.add(each);
  return pkbSamples(report, records);
}
const valuesOf = (samples: readonly PkbSample[]) =>
  Object.fromEntries(samples.map(({ metric, value }) => [metric, value]));

/** PerfKitBenchmarker's published definitions, written down once more: sort, and interpolate around rank (n-1)p/100. */
function published(claims: readonly ClaimTimeline[]): Record<string, number> {
  const seconds = (from: number | null, to: number | null) => (to! - from!) / 1000;
  const wins = claims.filter(({ end }) => end === 'ready');
  const found: Record<string, number> = {};
  const spread = (name: string, values: number[]) => {
    if (values.length === 0) return;
    const sorted = values.toSorted((a, b) => a - b);
    for (const p of [50, 90, 95, 99]) {
      const rank = (sorted.length - 1) * (p / 100);
      const [below, above] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
      found[`${name}_p${p}`] = Number.isInteger(rank)
        ? below
        : below + (above - below) * (rank - Math.floor(rank));
    }
    found[`${name}_max`] = Math.max(...values);
  };
  const worked = wins.filter(({ execEndedMs }) => execEndedMs !== null);
  spread(
    'startup_time',
    wins.map(({ sentMs, readyMs }) => seconds(sentMs, readyMs)),
  );
  spread(
    'exec_duration_s',
    worked.map(({ execStartedMs, execEndedMs }) => seconds(execStartedMs, execEndedMs)),
  );
  spread(
    'total_lifecycle_s',
    worked.map(({ sentMs, releasedMs }) => seconds(sentMs, releasedMs)),
  );
  const sent = claims.map(({ sentMs }) => sentMs!);
  const span = (Math.max(...sent) - Math.min(...sent)) / 1000;
  const toLast = (Math.max(...wins.map(({ readyMs }) => readyMs!)) - Math.min(...sent)) / 1000;
  if (span > 0) found['submit_qps'] = claims.length / span;
  if (wins.length > 0 && toLast > 0) found['completion_qps'] = wins.length / toLast;
  if (wins.length > 0) {
    found['warm_served_fraction'] = wins.filter(({ launch }) => launch === 'warm').length / wins.length;
  }
  found['success_count'] = wins.length;
  found['error_count'] = claims.length - wins.length;
  return found;
}

const someClaims = fc.array(
  fc.record({
    sentMs: fc.double({ min: 1.76e12, max: 1.77e12, noNaN: true }),
    startupMs: fc.double({ min: 0, max: 180_000, noNaN: true }),
    execMs: fc.option(fc.double({ min: 0, max: 60_000, noNaN: true })),
    end: fc.constantFrom('ready', 'ready', 'ready', 'timed-out', 'failed') as fc.Arbitrary<
      ClaimTimeline['end']
    >,
    launch: fc.constantFrom('warm', 'cold', 'unknown') as fc.Arbitrary<ClaimTimeline['launch']>,
  }),
  { minLength: 1, maxLength: 120 },
);

describe('samples', () => {
  it("of any run are what PerfKitBenchmarker's published definitions give from the same timelines, exactly", () => {
    fc.assert(
      fc.property(someClaims, (drawn) => {
        const claims = drawn.map(({ sentMs, startupMs, execMs, end, launch }, index) => {
          const readyMs = sentMs + startupMs;
          const execEndedMs = execMs === null ? null : readyMs + execMs;
          return claim(index, {
            ...{ end, launch, sentMs, readyMs: end === 'ready' ? readyMs : null },
            ...{ execStartedMs: execMs === null ? null : readyMs, execEndedMs },
            ...{ releasedMs: (execEndedMs ?? readyMs) + 3, reason: end === 'failed' ? 'ClaimExpired' : null },
          });
        });
        const ours = valuesOf(samplesOf(claims));
        for (const [metric, value] of Object.entries(published(claims)))
          assert.equal(ours[metric], value, metric);
      }),
      { numRuns: 150 },
    );
  });

  it('have its names and units, and one for each kind of error', () => {
    const claims = [
      claim(0, { execStartedMs: 101, execEndedMs: 201 }),
      claim(1, { end: 'timed-out', reason: 'ReadyTimeout: SandboxNotReady', readyMs: null }),
      claim(2, { end: 'failed', reason: 'ClaimExpired', readyMs: null }),
      claim(3, { end: 'failed', reason: 'ExecFailed: exit code 1', execStartedMs: 1, execEndedMs: 2 }),
      claim(4, { end: 'not-submitted', sentMs: null, readyMs: null }),
    ];
    const units = Object.fromEntries(samplesOf(claims).map(({ metric, unit }) => [metric, unit]));
    const spread = (name: string) =>
      ['p50', 'p90', 'p95', 'p99', 'max'].map((each) => [`${name}_${each}`, 'seconds']);
    assert.deepEqual(units, {
      ...Object.fromEntries(['startup_time', 'exec_duration_s', 'total_lifecycle_s'].flatMap(spread)),
      submit_qps: 'count/sec',
      completion_qps: 'count/sec',
      peak_concurrency: 'count',
      warm_served_fraction: 'fraction',
      success_count: 'count',
      error_count: 'count',
      error_count_Timeout: 'count',
      error_count_ClaimExpired: 'count',
      error_count_ExecFailed: 'count',
    });
    const ofTimeout = samplesOf(claims).find(({ metric }) => metric === 'error_count_Timeout');
    assert.equal(ofTimeout?.metadata['error_type'], 'Timeout');
    const values = valuesOf(samplesOf(claims));
    assert.deepEqual([values['success_count'], values['error_count']], [1, 3]);
  });

  it('count from the send, not from when the claim was due', () => {
    const late = claim(0, { dueMs: 0, sentMs: 5000, readyMs: 5100 });
    assert.equal(valuesOf(samplesOf([late]))['startup_time_max'], 0.1);
  });

  it('say nothing where nothing was measured', () => {
    const none = samplesOf([claim(0, { end: 'timed-out', readyMs: null })]);
    assert.deepEqual(valuesOf(none), {
      peak_concurrency: report.generator?.peakConcurrent,
      success_count: 0,
      error_count: 1,
      error_count_Timeout: 1,
    });
  });

  it("carry PerfKitBenchmarker's keys about load and cluster", () => {
    const [sample] = samplesOf([claim(0)]);
    assert.deepEqual(sample?.metadata, {
      target_qps: 20,
      duration: 10,
      total_claims: 200,
      warmpool_replicas: 20,
      runtime_class: null,
      cloud: 'local',
      cluster_type: 'Kubernetes',
      name: 'st-nightly-0123456789',
      zone: 'this-machine',
      size: 1,
      machine_type: null,
      version: 'v1.34.2',
      nodepools: { sandbox: { size: 4, machine_type: null, name: 'sandbox' } },
      num_nodepools: 2,
    });
  });

  it('without timelines come from the histograms of the report, and say so', () => {
    const samples = pkbSamples(report, null);
    const values = valuesOf(samples);
    assert.equal(values['startup_time_p50'], (report.latency?.sentToReady?.all?.p50Ms ?? NaN) / 1000);
    assert.equal(values['success_count'], report.claims?.ready);
    assert.ok(samples.every(({ metadata }) => metadata['sandtide_latencies_from'] === 'histograms'));
  });
});

describe('their files', () => {
  const samples = samplesOf([
    claim(0),
    claim(1),
    claim(2, { end: 'failed', reason: 'a,"b"', readyMs: null }),
  ]);

  it('as JSON lines hold each sample whole', () => {
    const lines = samplesJsonLines(samples).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      samples,
    );
  });

  it('as CSV have as many cells in each row as columns', () => {
    const rows = samplesCsv(samples).trimEnd().split('\n');
    const cells = (row: string) =>
      row.match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)?.filter((each) => each !== '') ?? [];
    assert.equal(rows.length, samples.length + 1);
    const [head = ''] = rows;
    assert.ok(head.startsWith('timestamp,test,metric,value,unit,run_uri,cloud,'), head);
    for (const row of rows) assert.equal(cells(row).length, cells(head).length, row);
  });
});
