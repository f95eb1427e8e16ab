import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { reviseSpec } from '../../src/spec/revise.ts';
import { findings } from './spec-samples.ts';

type Figures = { qps?: number; duration: string; total: number };
const load = (given: object) => resolveSpec({ load: given }).load;
const refused = (given: object): string[] => findings(() => resolveSpec({ load: given }));

const RAMP = { shape: 'ramp', from: 0, to: 10 };
const STEPS = { shape: 'steps', from: 1, to: 4, by: 1 };
const BURSTS = { shape: 'bursts', size: 10, every: '10s' };
const CLOSED = { shape: 'closedLoop', live: 5 };
const TWO = [
  { name: 'one', qps: 10, duration: '10s' },
  { name: 'two', duration: '30s', arrivals: RAMP },
];

describe('the figures of a load follow from its arrivals', () => {
  const rows: [given: object, figures: Figures][] = [
    [
      { qps: 2, duration: '10s', arrivals: { shape: 'poisson' } },
      { qps: 2, duration: '10s', total: 20 },
    ],
    [
      { duration: '20s', arrivals: RAMP },
      { qps: 5, duration: '20s', total: 100 },
    ],
    [
      { total: 100, arrivals: RAMP },
      { qps: 5, duration: '20s', total: 100 },
    ],
    [
      { duration: '40s', arrivals: STEPS },
      { qps: 2.5, duration: '40s', total: 100 },
    ],
    [
      { duration: '15s', arrivals: BURSTS },
      { qps: 20 / 15, duration: '15s', total: 20 },
    ],
    [
      { total: 25, arrivals: BURSTS },
      { qps: 25 / 30, duration: '30s', total: 25 },
    ],
    [
      { duration: '10s', total: 7, arrivals: CLOSED },
      { duration: '10s', total: 7 },
    ],
    [
      { phases: TWO, pauseBetween: '5s' },
      { qps: 250 / 40, duration: '45s', total: 250 },
    ],
  ];
  for (const [given, { qps, duration, total }] of rows) {
    it(JSON.stringify(given), () => {
      const resolved = load(given);
      assert.deepEqual([resolved.qps, resolved.duration, resolved.total], [qps, duration, total]);
      assert.deepEqual(load(resolved), resolved, 'and resolving it again gives itself');
    });
  }
});

describe('what does not go together is refused by its place', () => {
  const rows: [given: object, problems: RegExp[]][] = [
    [{ arrivals: RAMP }, [/^load: give duration or total; arrivals of shape ramp have a rate of their own/]],
    [{ arrivals: RAMP, duration: '20s', qps: 7 }, [/^load\.qps: found 7, but its arrivals .* make it 5;/]],
    [{ arrivals: { ...RAMP, to: 0 }, total: 5 }, [/^load\.arrivals: from 0 to 0 nothing is sent/]],
    [
      { arrivals: { ...STEPS, by: 0.001 }, duration: '1m' },
      [/^load\.arrivals: .* more than 1000 steps; make by larger/],
    ],
    [
      { arrivals: BURSTS, duration: '10s', total: 11 },
      [/^load: 11 claims in bursts of 10 every 10s take more/],
    ],
    [{ arrivals: CLOSED, total: 5 }, [/^load: give duration: a closed loop sends claims until it is over/]],
    [{ arrivals: CLOSED, duration: '5s', qps: 5 }, [/^load\.qps: a closed loop has no rate/]],
    [
      { arrivals: CLOSED, duration: '5s', maxConcurrent: 4 },
      [/^load\.arrivals\.live: 5 claims are more than load\.maxConcurrent 4 lets live/],
    ],
    [
      { arrivals: { shape: 'rmap', from: 1, to: 2 }, duration: '5s' },
      [
        /^load\.arrivals\.shape: "rmap" is not known; did you mean ramp\?; known: constant, poisson, bursts, ramp/,
      ],
    ],
    [
      { arrivals: { ...RAMP, form: 1 }, duration: '5s' },
      [/^load\.arrivals\.form: unknown key; did you mean from\?; known here: shape, from, to$/],
    ],
    [{ phases: TWO, qps: 3 }, [/^load\.qps: found 3, but the phases make it 6\.25; leave it out/]],
    [{ phases: TWO, arrivals: RAMP }, [/^load\.arrivals: each phase has arrivals of its own/]],
    [
      { phases: [TWO[0], { ...TWO[1], name: 'one' }] },
      [/^load\.phases\[1\]\.name: another phase is called one too/],
    ],
    [
      {
        phases: [
          { name: 'one', qps: 5 },
          { name: 'two', qsp: 5, total: 5 },
        ],
      },
      [/^load\.phases\[1\]\.qsp: unknown key; did you mean qps/, /^load\.phases\[0\]: give two of qps/],
    ],
    [
      { phases: [{ name: 'one', duration: '1m', arrivals: CLOSED }] },
      [/^load\.phases\[0\]\.arrivals\.shape: "closedLoop" is not known/],
    ],
    [{ phases: [] }, [/^load\.phases: found \[\]|^load\.phases: found/]],
    [
      { qps: 1, total: 5, workloadDuration: '1s', workloadCommand: ['true'] },
      [/^load\.workloadCommand: runs in place of the busy loop/],
    ],
    [
      { qps: 10, duration: '10m', dwell: '5m', maxConcurrent: 100_000 },
      [/^load\.dwell: at 10 claims a second that each dwell for 5m, 3000 are alive at once/],
    ],
    [
      { qps: 1, duration: '1m', dwell: '1h', dwellDistribution: 'exponential' },
      [/^limits\.lease: 2h is too short .* 10h load\.dwell/],
    ],
  ];
  for (const [given, problems] of rows) {
    it(JSON.stringify(given), () => {
      const found = refused(given);
      assert.equal(found.length, problems.length, found.join('\n'));
      problems.forEach((problem, at) => assert.match(found[at] ?? '', problem));
    });
  }
});

describe('a change of a load under hold', () => {
  const revised = (from: object, change: object) =>
    reviseSpec(resolveSpec({ load: from }), { load: change }).load;
  const rows: [from: object, change: object, figures: Figures][] = [
    [{ duration: '20s', arrivals: RAMP }, { total: 50 }, { qps: 5, duration: '10s', total: 50 }],
    [{ qps: 3, duration: '20s' }, { arrivals: RAMP }, { qps: 5, duration: '20s', total: 100 }],
    [{ duration: '20s', arrivals: RAMP }, { arrivals: BURSTS }, { qps: 1, duration: '20s', total: 20 }],
    [{ qps: 3, duration: '20s' }, { arrivals: { shape: 'poisson' } }, { qps: 3, duration: '20s', total: 60 }],
    [{ qps: 3, duration: '20s' }, { phases: TWO }, { qps: 6.25, duration: '40s', total: 250 }],
    [
      { duration: '20s', arrivals: CLOSED },
      { duration: '5s', total: 9 },
      { duration: '5s', total: 9 },
    ],
  ];
  for (const [from, change, { qps, duration, total }] of rows) {
    it(`from ${JSON.stringify(from)} by ${JSON.stringify(change)}`, () => {
      const after = revised(from, change);
      assert.deepEqual([after.qps, after.duration, after.total], [qps, duration, total]);
    });
  }

  it('cannot change what is run in the sandboxes', () => {
    assert.deepEqual(
      findings(() => revised({ qps: 1, total: 5 }, { workloadCommand: ['id'] })),
      ['load.workloadCommand: stays null: what may run in the sandboxes was settled with the cluster'],
    );
  });
});
