import type { Owner } from './names.ts';
import { OWNER_PATTERN } from './names.ts';
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

/** What a label would have to say and does not. Whatever lacks one of them is nobody's to remove by label. */
export function unreadableLabels({
  handle,
  owner,
  runName,
  leaseUntilSeconds,
  home,
}: OwnedCluster): string[] {
  return [
    ...(handle.provider === '' || handle.name === '' ? ['name'] : []),
    ...(OWNER_PATTERN.test(owner) ? [] : ['owner']),
    ...(runName === '' || home.workflowId === '' ? ['run name'] : []),
    ...(isReadableLease(leaseUntilSeconds) ? [] : ['readable lease']),
  ];
}

/** The last second of the year 9999: a lease beyond it was written in other units than seconds. */
const LAST_SECOND = 253_402_300_799;

function isReadableLease(seconds: number): boolean {
  return Number.isSafeInteger(seconds) && seconds > 0 && seconds <= LAST_SECOND;
}

/** The word of the list that protects this cluster; null where none does. */
export function protectedBy(
  { handle, owner, runName, home }: OwnedCluster,
  protect: readonly string[],
): string | null {
  const names = new Set([runName, home.workflowId, owner, handle.name]);
  return protect.find((word) => names.has(word)) ?? null;
}
