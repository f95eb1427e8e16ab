/**
 * Names and labels, all derived from the owner, so that an undo can name a thing whose creation never answered
 * and two runs that are called the same never meet.
 */

/** Ten lower-case hex digits: a hash of namespace, workflow id and first execution's run id. */
export type Owner = string;
export const OWNER_PATTERN = /^[0-9a-f]{10}$/;

/** What the owner is a hash of. Kept over reset and continue-as-new. */
export interface RunIdentity {
  namespace: string;
  workflowId: string;
  firstExecutionRunId: string;
}

/** The text whose SHA-256 gives the owner; hashing itself needs Node and so happens in an activity. */
export function ownerSource(identity: RunIdentity): string {
  return JSON.stringify([identity.namespace, identity.workflowId, identity.firstExecutionRunId]);
}

/** Label and annotation keys on everything that a run creates. */
export const LABELS = {
  owner: 'sandtide.dev/owner',
  run: 'sandtide.dev/run',
  leaseUntil: 'sandtide.dev/lease-until',
  window: 'sandtide.dev/window',
  index: 'sandtide.dev/index',
} as const;

/** Text as a DNS-1123 label of at most `most` characters; `run` where nothing usable is left of it. */
export function slug(text: string, most: number): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, most)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'run' : plain;
}

/** A name of at most 40 characters (providers differ; 40 fits all): slug of the run's name, then the owner. */
export function ownedName(runName: string, owner: Owner): string {
  return `st-${slug(runName, 26)}-${owner}`;
}

/** Labels for every object of a run. Label values allow no RFC 3339 time, so the lease is in Unix seconds. */
export function ownerLabels(
  runName: string,
  owner: Owner,
  leaseUntilSeconds: number,
): Record<string, string> {
  return {
    [LABELS.owner]: owner,
    [LABELS.run]: slug(runName, 63),
    [LABELS.leaseUntil]: String(leaseUntilSeconds),
  };
}

/** Claims carry owner, window and index in their name: a create repeated after a lost answer meets itself. */
export function claimName(owner: Owner, windowIndex: number, index: number): string {
  return `c-${owner}-${windowIndex}-${index}`;
}

export const GUARD_SUFFIX = '-guard';

/** The workflow that outlives the run and unwinds if nobody else does. */
export function guardWorkflowId(runName: string): string {
  return `${runName}${GUARD_SUFFIX}`;
}

/** Temporal takes ids of 1,000 bytes, and the guard's is longer than the run's. */
const MOST_RUN_NAME_BYTES = 900;

/** Why a run can't be called so, in a sentence; null where it can. `x-guard` is what the guard of `x` is called. */
export function runNameProblem(runName: string): string | null {
  if (runName.endsWith(guardWorkflowId(''))) {
    return 'a name that ends in -guard is taken for a guard; choose another';
  }
  const bytes = new TextEncoder().encode(runName).length;
  if (bytes <= MOST_RUN_NAME_BYTES) return null;
  return `a name of ${bytes} bytes is too long; ${MOST_RUN_NAME_BYTES} are allowed`;
}
