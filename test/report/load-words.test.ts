import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarise } from '../../src/measure/summarise.ts';
import type { PhaseResult } from '../../src/measure/window-result.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { loadItems, loadNote } from '../../src/report/load-words.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import type { RunReport } from '../../src/report/report.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { goodWindow } from '../measure/window-result-samples.ts';
import { REPORTS } from './sample-reports.ts';

const rows: [load: object, items: string[]][] = [
  [{ qps: 20, total: 10 }, ['evenly at 20.0/s', 'no workload']],
  [
    { qps: 2, total: 10, arrivals: { shape: 'poisson', seed: 7 }, workloadDuration: '1s' },
    ['at random, 2.00/s (seed 7)', 'busy loop of 1s'],
  ],
  [
    { total: 100, arrivals: { shape: 'bursts', size: 50, every: '10s' }, dwell: '30s' },
    ['50 at once every 10s', 'no workload', 'dwell 30s'],
  ],
  [
    {
      duration: '1m',
      arrivals: { shape: 'ramp', from: 0, to: 10 },
      workloadCommand: ['python3', '-c', 'x'.repeat(100)],
    },
    ['ramp from 0.00/s to 10.0/s', `command python3 -c ${'x'.repeat(48)}…`],
  ],
  [
    {
      duration: '1m',
      arrivals: { shape: 'steps', from: 1, to: 5, by: 2 },
      dwell: '1s',
      dwellDistribution: 'exponential',
    },
    ['3 steps from 1.00/s to 5.00/s', 'no workload', 'dwell 1s in the mean (exponential)'],
  ],
  [
    { duration: '1m', arrivals: { shape: 'closedLoop', live: 5 } },
    ['closed loop of 5 live claims', 'no workload'],
  ],
  [
    {
      phases: [
        { name: 'one', qps: 1, total: 5 },
        { name: 'two', qps: 2, total: 5 },
      ],
      pauseBetween: '5s',
    },
    ['2 phases, 5s between', 'no workload'],
  ],
];

for (const [load, items] of rows) {
  test(`a load of ${items[0]} is called that`, () => {
    assert.deepEqual(loadItems(resolveSpec({ load }).load), items);
  });
}

const CLOSED = resolveSpec({ load: { duration: '20s', arrivals: { shape: 'closedLoop', live: 5 } } });

test('a closed loop is called one wherever its latencies stand, and no rate is said to have been asked', () => {
  assert.match(loadNote(CLOSED.load) ?? '', /due when it is sent/);
  const { rates } = summarise([goodWindow()], CLOSED.load);
  const report: RunReport = { ...REPORTS.passed, spec: CLOSED, rates };
  for (const print of [
    renderMarkdown(report),
    renderTerminal(report, { colour: false, width: 100 }),
    renderHtml(report, null),
  ]) {
    assert.match(print, /closed loop of 5 live claims/);
    assert.match(print, /Closed loop: a claim is due when it is sent/);
    assert.doesNotMatch(print, /asked,|rate asked|\/s of/);
  }
});

test('where the controller counted more claims than became ready, the report says so beside its figures', () => {
  const { passed } = REPORTS;
  const clocks = passed.clocks.map((row) =>
    row.clock === 'histogram' ? { ...row, count: row.count + 1 } : row,
  );
  assert.match(renderMarkdown({ ...passed, clocks }), /counted more claims than became ready/);
  assert.doesNotMatch(renderMarkdown(passed), /counted more claims/);
});

test('each phase has a row of its own', () => {
  const spec = resolveSpec({
    load: {
      phases: [
        { name: 'calm', qps: 1, total: 5 },
        { name: 'storm', total: 200, arrivals: { shape: 'bursts', size: 100, every: '10s' } },
        { name: 'unborn', qps: 1, total: 5 },
      ],
    },
  });
  const { counts, histograms, errors: _errors, ...window } = goodWindow();
  const part = (phase: string, due: number): PhaseResult => ({
    ...window,
    phase,
    counts: { ...counts, due, submitted: due, ready: due, warm: due },
    histograms,
  });
  const windows = [{ ...goodWindow(), phases: [part('storm', 200), part('calm', 5)] }];
  const { phases } = summarise(windows, spec.load);
  assert.deepEqual(
    phases?.map(({ name, claims, rates }) => [name, claims.due, rates.targetQps]),
    [
      ['calm', 5, 1],
      ['storm', 200, 10],
      ['unborn', 0, 1],
    ],
  );
  const report: RunReport = { ...REPORTS.passed, spec, phases };
  const markdown = renderMarkdown(report);
  assert.match(markdown, /## Phases/);
  assert.match(markdown, /\| `storm` \| 100 at once every 10s \|/);
  assert.match(markdown, /\| `unborn` \|.*–.*\|/);
  for (const width of [60, 120]) {
    const print = renderTerminal(report, { colour: false, width });
    assert.match(print, /^storm .*200 +200 +0 /m);
    assert.ok(print.split('\n').every((line) => !line.startsWith('storm') || line.length <= width));
  }
});
