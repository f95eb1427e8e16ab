import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Polling } from '../../src/metrics/health.ts';
import { healthProblem } from '../../src/metrics/health.ts';

const NOW = 1_000_000_000;
const queues = [
  { name: 'sandtide', kind: 'workflow' },
  { name: 'sandtide-cleanup', kind: 'activity' },
] as const;
const well: Polling = {
  identity: '1@here',
  queues,
  states: () => ['RUNNING', 'RUNNING'],
  pollers: () => Promise.resolve([{ identity: '1@here', lastAccessMs: NOW - 60_000 }]),
  nowMs: () => NOW,
};

describe('the health of a worker', () => {
  it('is well while Temporal sees it poll all of its queues', async () => {
    assert.equal(await healthProblem(well), null);
  });

  const ill: [string, Partial<Polling>, RegExp][] = [
    ['it shuts down', { states: () => ['RUNNING', 'DRAINING'] }, /is draining/],
    [
      'Temporal is away',
      { pollers: () => Promise.reject(new Error('14 UNAVAILABLE')) },
      /asked: 14 UNAVAILABLE/,
    ],
    [
      'nobody polls',
      { pollers: () => Promise.resolve([]) },
      /seen this worker poll sandtide for workflow tasks/,
    ],
    [
      'only another worker polls',
      { pollers: () => Promise.resolve([{ identity: '2@here', lastAccessMs: NOW }]) },
      /not seen this worker/,
    ],
    [
      'its last poll is long ago',
      { pollers: () => Promise.resolve([{ identity: '1@here', lastAccessMs: NOW - 200_000 }]) },
      /not seen this worker/,
    ],
    [
      'one of its queues is not polled',
      { pollers: ({ name }) => (name === 'sandtide' ? well.pollers(queues[0]) : Promise.resolve([])) },
      /sandtide-cleanup for activity tasks/,
    ],
  ];
  for (const [when, change, problem] of ill) {
    it(`is ill when ${when}`, async () => {
      assert.match((await healthProblem({ ...well, ...change })) ?? '', problem);
    });
  }
});
