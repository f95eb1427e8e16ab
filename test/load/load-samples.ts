import * as fc from 'fast-check';
import { formatDuration } from '../../src/domain/durations.ts';
import type { LoadChange } from '../../src/domain/load-change.ts';
import type { LoadSpec } from '../../src/spec/schema.ts';
import { sampleLoad } from '../support/sample-load.ts';

/** Loads of up to some minutes and some thousand arrivals. */
export const loads: fc.Arbitrary<LoadSpec> = fc
  .record({ seconds: fc.integer({ min: 1, max: 60 }), total: fc.integer({ min: 1, max: 1500 }) })
  .map(({ seconds, total }) =>
    sampleLoad({ qps: total / seconds, duration: formatDuration(seconds * 1000), total }),
  );

/** What operators may do to one, in any order, at any times. */
export const loadChanges: fc.Arbitrary<LoadChange[]> = fc.array(
  fc
    .tuple(
      fc.integer({ min: 0, max: 90_000 }),
      fc.oneof(
        fc.record({ kind: fc.constant('rate' as const), qps: fc.integer({ min: 1, max: 20 }) }),
        fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const) }),
        fc.record({ kind: fc.constant('extend' as const), byMs: fc.integer({ min: 1, max: 20_000 }) }),
      ),
    )
    .map(([atOffsetMs, change]) => ({ atOffsetMs, ...change })),
  { maxLength: 5 },
);
