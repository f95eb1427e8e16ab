import { formatDuration } from './durations.ts';
import type { OwnedCluster } from './owned-cluster.ts';
import { protectedBy, unreadableLabels } from './owned-cluster.ts';

/**
 * What could be learnt about a cluster's owner. Only `closed` is proof that nobody will ever take the cluster down:
 * Temporal knows that very run, it has ended long enough ago for its last activity to have stopped, and no guard
 * stands. A look-up that failed is never "gone".
 */
export type OwnerState =
  'open' | 'guarded' | 'ending' | 'closed' | 'unknown' | 'unreachable' | 'unknown-namespace' | 'elsewhere';

/** A cluster and the answer about its owner. */
export interface AskedCluster {
  cluster: OwnedCluster;
  ownerState: OwnerState;
}

export interface SweepPolicy {
  nowSeconds: number;
  /** The clock that wrote a lease and the one that reads it may differ by so much. */
  marginSeconds: number;
  /** Run names, owners or cluster names, as they are, that a sweep never touches. */
  protect: readonly string[];
  /** Most removals of one pass: a sweep that is wrong must not be wrong about everything. */
  maxRemovals: number;
}

/** Why a cluster goes or stays. `postponed` would go, but enough go in this pass. */
export type SweepCause = 'owner-ended' | 'lease-over' | 'in-use' | 'protected' | 'refused' | 'postponed';

export interface SweepDecision extends AskedCluster {
  action: 'remove' | 'keep';
  cause: SweepCause;
  /** The same for people, with what it rests on. */
  reason: string;
}

export interface SweepCounts {
  seen: number;
  remove: number;
  inUse: number;
  protected: number;
  refused: number;
  postponed: number;
}

/** What a sweep does with each cluster; in order of provider and name, whatever the order of the inventory. */
export function decideSweep(inventory: readonly AskedCluster[], policy: SweepPolicy): SweepDecision[] {
  const decisions = inventory.map((asked) => decideOne(asked, policy)).sort(byName);
  // Those that should have gone longest ago go first.
  const due = decisions.filter(({ action }) => action === 'remove').sort(byLease);
  const now = new Set(due.filter((_, index) => index < policy.maxRemovals));
  return decisions.map((decision) =>
    decision.action === 'keep' || now.has(decision)
      ? decision
      : {
          ...decision,
          action: 'keep',
          cause: 'postponed',
          reason: `${decision.reason}; left to the next pass, one removes ${policy.maxRemovals} at most`,
        },
  );
}

export function countSweep(decisions: readonly SweepDecision[]): SweepCounts {
  const count = (...causes: SweepCause[]) => decisions.filter(({ cause }) => causes.includes(cause)).length;
  return {
    seen: decisions.length,
    remove: count('owner-ended', 'lease-over'),
    inUse: count('in-use'),
    protected: count('protected'),
    refused: count('refused'),
    postponed: count('postponed'),
  };
}

const IN_WORDS: Record<OwnerState, string> = {
  open: 'its run is open',
  guarded: 'its guard stands',
  ending: 'its run has ended a moment ago',
  closed: 'its run has ended and nobody guards it',
  unknown: 'Temporal knows no such run (any more)',
  unreachable: 'Temporal cannot be reached',
  'unknown-namespace': 'Temporal does not know its namespace',
  elsewhere: 'its run belongs to another Temporal service',
};

function decideOne(asked: AskedCluster, policy: SweepPolicy): SweepDecision {
  const { cluster, ownerState } = asked;
  const keep = (cause: SweepCause, reason: string) => ({ ...asked, action: 'keep', cause, reason }) as const;
  const remove = (cause: SweepCause, reason: string) =>
    ({ ...asked, action: 'remove', cause, reason }) as const;

  const unreadable = unreadableLabels(cluster);
  if (unreadable.length > 0) {
    const place = `${cluster.handle.name} at ${cluster.handle.location}`;
    return keep('refused', `not labelled as ours: no ${unreadable.join(', no ')}; look at ${place}`);
  }
  const word = protectedBy(cluster, policy.protect);
  if (word !== null) return keep('protected', `protected by ${JSON.stringify(word)}`);
  if (ownerState === 'closed') return remove('owner-ended', IN_WORDS.closed);

  const overSeconds = policy.nowSeconds - cluster.leaseUntilSeconds;
  const marginSeconds = Math.max(0, policy.marginSeconds);
  if (overSeconds > marginSeconds) {
    return remove('lease-over', `lease over for ${spoken(overSeconds)}; ${IN_WORDS[ownerState]}`);
  }
  if (overSeconds > 0) {
    return keep(
      'in-use',
      `${IN_WORDS[ownerState]}; lease over for ${spoken(overSeconds)}, within the margin of ${spoken(marginSeconds)}`,
    );
  }
  const until = new Date(cluster.leaseUntilSeconds * 1000).toISOString().replace('.000', '');
  return keep('in-use', `${IN_WORDS[ownerState]}; lease until ${until}`);
}

function byName(a: SweepDecision, b: SweepDecision): number {
  return compare(sortKey(a), sortKey(b));
}

function byLease(a: SweepDecision, b: SweepDecision): number {
  return a.cluster.leaseUntilSeconds - b.cluster.leaseUntilSeconds || byName(a, b);
}

/** Code units, not a language's order: the same on every machine. */
function sortKey({ cluster: { handle, owner, leaseUntilSeconds, home }, ownerState }: SweepDecision): string {
  const where = [handle.provider, handle.location, handle.name, owner];
  return [...where, String(leaseUntilSeconds), home.workflowId, ownerState].join('\u0000');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function spoken(seconds: number): string {
  return formatDuration(Math.floor(seconds) * 1000);
}
