import fc from 'fast-check';
import type { ClusterHome, OwnedCluster } from '../../src/domain/owned-cluster.ts';
import type { AskedCluster, OwnerState, SweepPolicy } from '../../src/domain/sweep-decision.ts';

/** Times around which everything happens, so that leases end just before, at and just after now. */
export const NOW_SECONDS = 1_800_000_000;

/** Objects as a program makes them, comparable with their copies. */
const PLAIN = { noNullPrototype: true } as const;

const RUN_NAMES = ['nightly', 'nightly-2', 'soak', 'smoke', 'a run, by hand'];

const owner = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 40 }).map((n) => n.toString(16).padStart(10, '0')) },
  { weight: 1, arbitrary: fc.constantFrom('', 'stranger', '00000000001', 'ABCDEF0123') },
);
const runName = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...RUN_NAMES) },
  { weight: 1, arbitrary: fc.constantFrom('', '../..', '\u001B[2J') },
);
const leaseUntilSeconds = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: NOW_SECONDS - 3_000, max: NOW_SECONDS + 3_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: NOW_SECONDS * 2 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1.5, NOW_SECONDS * 1000, 2 ** 60),
  },
);
const home: fc.Arbitrary<ClusterHome> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('temporal' as const),
      address: fc.constantFrom('127.0.0.1:7233', 'temporal:7233'),
      namespace: fc.constantFrom('default', 'bench'),
      workflowId: fc.constantFrom('', ...RUN_NAMES),
    },
    PLAIN,
  ),
  fc.record(
    {
      kind: fc.constant('embedded' as const),
      sessionId: fc.constantFrom('embedded-1', 'embedded-2'),
      workflowId: fc.constantFrom(...RUN_NAMES),
    },
    PLAIN,
  ),
);

const cluster: fc.Arbitrary<OwnedCluster> = fc.record(
  {
    handle: fc.record(
      {
        provider: fc.constant('local'),
        name: fc.oneof(
          { weight: 9, arbitrary: fc.integer({ min: 0, max: 1_000_000 }).map((n) => `st-${n}`) },
          { weight: 1, arbitrary: fc.constant('') },
        ),
        location: fc.constantFrom('here', 'there'),
      },
      PLAIN,
    ),
    owner,
    runName,
    leaseUntilSeconds,
    home,
  },
  PLAIN,
);

const ownerState = fc.constantFrom<OwnerState>(
  'open',
  'guarded',
  'ending',
  'closed',
  'unknown',
  'unreachable',
  'unknown-namespace',
  'elsewhere',
);

/** Clusters of all kinds, each in its own name, with what is known of their owners. */
export const inventories: fc.Arbitrary<AskedCluster[]> = fc.uniqueArray(
  fc.record({ cluster, ownerState }, PLAIN),
  {
    maxLength: 25,
    selector: ({ cluster }) => cluster.handle.name,
  },
);

export const policies: fc.Arbitrary<SweepPolicy> = fc.record(
  {
    nowSeconds: fc.double({ min: NOW_SECONDS - 10, max: NOW_SECONDS + 10, noNaN: true }),
    marginSeconds: fc.constantFrom(0, 1, 60, 900),
    protect: fc.subarray([...RUN_NAMES, '0000000003', 'st-7', 'nobody']),
    maxRemovals: fc.integer({ min: 0, max: 12 }),
  },
  PLAIN,
);

/**
 * What may be removed, said in another way than the code says it: everything readable, nothing protected, and either
 * the run proved over or the lease over by the margin.
 */
export function mayGo({ cluster, ownerState }: AskedCluster, policy: SweepPolicy): boolean {
  const { handle, owner, runName, leaseUntilSeconds, home } = cluster;
  if (!/^[0-9a-f]{10}$/.test(owner) || handle.name === '' || runName === '' || home.workflowId === '')
    return false;
  if (!(leaseUntilSeconds >= 1 && leaseUntilSeconds < 253_402_300_800 && leaseUntilSeconds % 1 === 0))
    return false;
  if ([owner, handle.name, runName, home.workflowId].some((name) => policy.protect.includes(name)))
    return false;
  return ownerState === 'closed' || leaseUntilSeconds + policy.marginSeconds < policy.nowSeconds;
}
