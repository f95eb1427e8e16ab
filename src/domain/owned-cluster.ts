import type { Owner } from './names.ts';
import type { ClusterHandle } from './plan.ts';

/** Which Temporal service a cluster's run lives on; says who can tell whether the owner is alive. */
export type ClusterHome =
  | { kind: 'temporal'; address: string; namespace: string; workflowId: string }
  | { kind: 'embedded'; sessionId: string; workflowId: string };

/** One cluster (or part of one) that carries our labels, read from them alone. */
export interface OwnedCluster {
  handle: ClusterHandle;
  owner: Owner;
  runName: string;
  /** Unix seconds; not a positive whole number where the label cannot be read. */
  leaseUntilSeconds: number;
  /** The Temporal service whose run owns it. `embedded` ones die with the process `session`. */
  home: ClusterHome;
}
