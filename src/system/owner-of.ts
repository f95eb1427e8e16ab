import { createHash } from 'node:crypto';
import type { Owner, RunIdentity } from '../domain/names.ts';
import { ownerSource } from '../domain/names.ts';

/** The owner of a run: from here on names and labels are made of it. */
export function ownerOf(identity: RunIdentity): Owner {
  return createHash('sha256').update(ownerSource(identity)).digest('hex').slice(0, 10);
}
