import { ownerLabels } from './names.ts';
import type { Plan } from './plan.ts';

/** Until when a run may own resources, and how far that can be extended. Unix seconds. */
export type Lease = Pick<Plan, 'leaseUntilSeconds' | 'leaseCapSeconds'>;

/** The plan under another lease, which its labels say too. All else of a plan stays as it was made. */
export function withLease(plan: Plan, { leaseUntilSeconds, leaseCapSeconds }: Lease): Plan {
  return {
    ...plan,
    leaseUntilSeconds,
    leaseCapSeconds,
    labels: ownerLabels(plan.runName, plan.owner, leaseUntilSeconds),
  };
}

/** A lease that is asked to go on until then: never shorter than it was, and never beyond its cap. */
export function extendedLease(lease: Lease, untilSeconds: number): Lease {
  const { leaseUntilSeconds, leaseCapSeconds } = lease;
  return {
    leaseUntilSeconds: Math.max(leaseUntilSeconds, Math.min(Math.ceil(untilSeconds), leaseCapSeconds)),
    leaseCapSeconds,
  };
}

/** The later of both, each by itself: an execution that came by a reset brings a lease and a cap of its own. */
export function laterLease(one: Lease, other: Lease): Lease {
  return {
    leaseUntilSeconds: Math.max(one.leaseUntilSeconds, other.leaseUntilSeconds),
    leaseCapSeconds: Math.max(one.leaseCapSeconds, other.leaseCapSeconds),
  };
}
