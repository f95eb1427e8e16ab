import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OwnedCluster } from '../../src/domain/owned-cluster.ts';
import type { OwnerState, SweepPolicy } from '../../src/domain/sweep-decision.ts';
import { countSweep, decideSweep } from '../../src/domain/sweep-decision.ts';
import { ownedCluster } from '../support/recording-provider.ts';

const LEASE = 1_800_000_000;
const POLICY: SweepPolicy = { nowSeconds: LEASE, marginSeconds: 900, protect: [], maxRemovals: 10 };

/** The decision about one cluster, `secondsOver` its lease. */
function decide(
  ownerState: OwnerState,
  secondsOver: number,
  given: Partial<OwnedCluster> = {},
  policy: Partial<SweepPolicy> = {},
) {
  const cluster = ownedCluster(1, { leaseUntilSeconds: LEASE, ...given });
  const [decision] = decideSweep([{ cluster, ownerState }], {
    ...POLICY,
    nowSeconds: LEASE + secondsOver,
    ...policy,
  });
  assert.ok(decision !== undefined);
  return decision;
}

const EVERY_STATE: OwnerState[] = [
  'open',
  'guarded',
  'ending',
  'closed',
  'unknown',
  'unreachable',
  'unknown-namespace',
  'elsewhere',
];
const UNPROVEN = EVERY_STATE.filter((state) => state !== 'closed');

describe('a sweep', () => {
  it("removes what Temporal proves to be nobody's, at once", () => {
    const { action, cause, reason } = decide('closed', -3600);
    assert.deepEqual([action, cause], ['remove', 'owner-ended']);
    assert.equal(reason, 'its run has ended and nobody guards it');
  });

  for (const state of UNPROVEN) {
    it(`keeps a cluster while its lease runs, where its owner is ${state}`, () => {
      const { action, cause, reason } = decide(state, -1);
      assert.deepEqual([action, cause], ['keep', 'in-use']);
      assert.match(reason, /; lease until 2027-01-15T08:00:00Z$/);
    });

    it(`keeps a cluster whose lease is over by less than the margin, where its owner is ${state}`, () => {
      for (const over of [0, 1, 899, 900]) assert.equal(decide(state, over).action, 'keep', `${over} s`);
      assert.match(decide(state, 61).reason, /lease over for 1m1s, within the margin of 15m$/);
    });

    it(`removes a cluster whose lease is over by more than the margin, where its owner is ${state}`, () => {
      const { action, cause, reason } = decide(state, 901);
      assert.deepEqual([action, cause], ['remove', 'lease-over']);
      assert.match(reason, /^lease over for 15m1s; /);
    });
  }

  const unlabelled: [what: string, given: Partial<OwnedCluster>][] = [
    ['no owner', { owner: '' }],
    ['an owner that is no hash', { owner: 'somebody!!' }],
    ['no run name', { runName: '' }],
    ['no lease', { leaseUntilSeconds: 0 }],
    ['a lease that is no number', { leaseUntilSeconds: Number.NaN }],
    ['a lease in parts of a second', { leaseUntilSeconds: LEASE + 0.5 }],
    ['a lease before there was time', { leaseUntilSeconds: -5 }],
    ['a lease that was written in milliseconds', { leaseUntilSeconds: LEASE * 1000 }],
    ['no cluster name', { handle: { provider: 'local', name: '', location: 'here' } }],
    [
      'no workflow to ask about',
      { home: { kind: 'temporal', address: 'a:1', namespace: 'default', workflowId: '' } },
    ],
  ];
  for (const [what, given] of unlabelled) {
    it(`refuses a cluster with ${what}, whatever else is true of it`, () => {
      for (const state of EVERY_STATE) {
        const { action, cause, reason } = decide(state, 1_000_000, given);
        assert.deepEqual([action, cause], ['keep', 'refused'], state);
        assert.match(reason, /^not labelled as ours: no /);
      }
    });
  }

  it('names every label that is missing', () => {
    const { reason } = decide('closed', 0, { owner: '', leaseUntilSeconds: Number.NaN });
    assert.match(reason, /^not labelled as ours: no owner, no readable lease; look at \S+ at \S+$/);
  });

  const words: [what: string, word: string][] = [
    ['its run', 'nightly'],
    ['its owner', '0000000001'],
    ['its own name', 'st-nightly-0000000001'],
    ['its workflow', 'the workflow id'],
  ];
  for (const [what, word] of words) {
    it(`does not touch a cluster that is protected by ${what}`, () => {
      const home = {
        kind: 'temporal',
        address: 'a:1',
        namespace: 'n',
        workflowId: 'the workflow id',
      } as const;
      const protect = ['another', word];
      for (const state of EVERY_STATE) {
        const { action, cause, reason } = decide(state, 1_000_000, { runName: 'nightly', home }, { protect });
        assert.deepEqual([action, cause], ['keep', 'protected'], state);
        assert.equal(reason, `protected by ${JSON.stringify(word)}`);
      }
    });
  }

  it('protects by whole names alone', () => {
    for (const word of ['night', 'nightly-2', 'NIGHTLY', '']) {
      const decision = decide('closed', 0, { runName: 'nightly' }, { protect: [word] });
      assert.equal(decision.action, 'remove', word);
    }
  });

  it('removes no more in a pass than it may, the longest overdue first, and says so of the rest', () => {
    const inventory = [3, 1, 2].map((number) => ({
      cluster: ownedCluster(number, { leaseUntilSeconds: LEASE - number }),
      ownerState: 'closed' as const,
    }));
    const decisions = decideSweep(inventory, { ...POLICY, maxRemovals: 2 });
    assert.deepEqual(
      decisions.map(({ cluster, action, cause }) => [cluster.runName, action, cause]),
      [
        ['run-1', 'keep', 'postponed'],
        ['run-2', 'remove', 'owner-ended'],
        ['run-3', 'remove', 'owner-ended'],
      ],
    );
    assert.match(decisions[0]?.reason ?? '', /left to the next pass, one removes 2 at most$/);
  });

  it('removes nothing with numbers that are none', () => {
    for (const policy of [{ nowSeconds: Number.NaN }, { marginSeconds: Number.NaN }])
      assert.equal(decide('unreachable', 1_000_000, {}, policy).action, 'keep');
    for (const maxRemovals of [Number.NaN, -1, 0])
      assert.equal(decide('closed', 0, {}, { maxRemovals }).action, 'keep');
  });

  it('counts every cluster once', () => {
    const decisions = [
      decide('closed', 0),
      decide('open', 901),
      decide('open', 0),
      decide('closed', 0, {}, { protect: ['run-1'] }),
      decide('closed', 0, { owner: '' }),
      decide('closed', 0, {}, { maxRemovals: 0 }),
    ];
    assert.deepEqual(countSweep(decisions), {
      seen: 6,
      remove: 2,
      inUse: 1,
      protected: 1,
      refused: 1,
      postponed: 1,
    });
  });
});
