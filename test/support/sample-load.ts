import { resolveSpec } from '../../src/spec/resolve.ts';
import type { LoadSpec } from '../../src/spec/schema.ts';

/** A load of 200 claims in 20 s, resolved; with what a test cares for in the place of it. */
export function sampleLoad(changes: Partial<LoadSpec> = {}): LoadSpec {
  return { ...resolveSpec({ load: { qps: 10, total: 200 } }).load, ...changes };
}
