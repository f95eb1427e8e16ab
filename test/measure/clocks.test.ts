import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { ControllerFigures } from '../../src/measure/clocks.ts';
import { clockDisagreements, clockRows } from '../../src/measure/clocks.ts';
import type { Series } from '../../src/measure/histograms.ts';
import { LatencyRecorder } from '../../src/measure/histograms.ts';
import { summarise } from '../../src/measure/summarise.ts';
import type { RunSummary } from '../../src/measure/summary.ts';
import { goodWindow, LOAD } from './window-result-samples.ts';

/** Warm claims that all took so long, by series. */
function summary(means: Partial<Record<Series, number>>, count = 100): RunSummary {
  const recorder = new LatencyRecorder();
  for (const [series, ms] of Object.entries(means) as [Series, number][]) {
    for (let claim = 0; claim < count; claim += 1) {
      for (const split of ['all', 'warm'] as const) recorder.record(series, split, ms * 1000);
    }
  }
  return summarise([{ ...goodWindow(), histograms: recorder.encode() }], LOAD);
}

const histogram = (meanMs: number, count = 100) => ({
  warm: { count, meanMs, p50Ms: meanMs, p99Ms: meanMs },
});
const controller = (ownMs: number, clientMs: number, count = 100): ControllerFigures => ({
  byLaunchType: histogram(ownMs, count),
  client: { byLaunchType: histogram(clientMs, count) },
});

const told = (of: RunSummary, figures: ControllerFigures | null): string[] =>
  clockDisagreements(clockRows(of, figures), of);

test('three clocks stand side by side, each with what it counted', () => {
  const rows = clockRows(
    summary({ sentToReady: 400, sentToStamped: 410, observedToStamped: 390 }),
    controller(391, 405, 99),
  );
  assert.deepEqual(
    rows.map(({ interval, clock, launch, count }) => [interval, clock, launch, count]),
    [
      ['sent to ready', 'ours', 'warm', 100],
      ['sent to ready', 'stamps', 'warm', 100],
      ['sent to ready', 'histogram', 'warm', 99],
      ['first seen to ready', 'stamps', 'warm', 100],
      ['first seen to ready', 'histogram', 'warm', 99],
    ],
  );
});

test('what nobody measured has no row', () => {
  assert.deepEqual(
    clockRows(summary({ sentToReady: 400 }), null).map(({ clock }) => clock),
    ['ours'],
  );
});

test('each disagreement is a sentence', () => {
  const [found] = told(summary({ sentToReady: 400 }), controller(391, 405, 80));
  assert.match(found ?? '', /^The controller's histogram counted 80 warm claims/);
});

describe('a disagreement past its bound is told with both figures', () => {
  const cases: [what: string, of: RunSummary, figures: ControllerFigures | null, found: RegExp | null][] = [
    ['all agree', summary({ sentToReady: 400, sentToStamped: 410 }), controller(390, 405), null],
    ['by 50 ms of 100', summary({ sentToReady: 100, sentToStamped: 150 }), null, null],
    ['by a tenth of a long time', summary({ sentToReady: 5000, sentToStamped: 5490 }), null, null],
    [
      'stamps by more than both',
      summary({ sentToReady: 400, sentToStamped: 600 }),
      null,
      /warm claims took 400 ms on average by ours and 599\.8 ms by the controller's stamps/,
    ],
    [
      'the histogram by more than both',
      summary({ sentToReady: 400 }),
      controller(200, 200),
      /400 ms on average by ours and 200 ms by the controller's histogram/,
    ],
    [
      'a histogram of fewer claims',
      summary({ sentToReady: 400 }),
      controller(400, 400, 60),
      /histogram counted 60 warm claims where 100 were seen/,
    ],
    ['a histogram of more claims than ours', summary({ sentToReady: 400 }), controller(9, 9, 300), null],
    [
      'readiness seen long after the stamp',
      summary({ sentToReady: 700, stampedToSeen: 300 }),
      null,
      /seen late: p99 300 ms after the controller's own stamp \(over 250 ms\)/,
    ],
    ['readiness seen soon after the stamp', summary({ sentToReady: 700, stampedToSeen: 240 }), null, null],
  ];
  for (const [what, of, figures, found] of cases) {
    it(what, () => {
      if (found === null) assert.deepEqual(told(of, figures), []);
      else assert.match(told(of, figures).join(), found);
    });
  }
});
