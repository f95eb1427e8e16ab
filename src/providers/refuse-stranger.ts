import { ConflictError } from '../domain/errors.ts';
import type { Owner } from '../domain/names.ts';
import type { ClusterHandle } from '../domain/plan.ts';

/** Throws `ConflictError` where the cluster of that name is another run's. */
export function refuseStranger(handle: ClusterHandle, theirs: Owner, ours: Owner): void {
  if (theirs === ours) return;
  throw new ConflictError({
    object: `cluster ${handle.name}`,
    what: `it belongs to another run (owner ${theirs}, ours is ${ours}); it was left as it is`,
    next: 'use another name, or end the run that it belongs to',
  });
}
