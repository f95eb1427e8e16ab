import { createHash } from 'node:crypto';
import type { RunSpec } from '../spec/schema.ts';

/** SHA-256 over the resolved spec, whatever the order of its keys: equal for two runs that asked for the same. */
export function specDigest(spec: RunSpec): string {
  return createHash('sha256').update(canonical(spec)).digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  );
}
