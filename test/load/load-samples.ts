import * as fc from 'fast-check';
import { formatDuration } from '../../src/domain/durations.ts';
import type { LoadChange } from '../../src/domain/load-change.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import type { LoadSpec } from '../../src/spec/schema.ts';

const seconds = fc.integer({ min: 1, max: 60 });
const duration = seconds.map((each) => formatDuration(each * 1000));
const total = fc.integer({ min: 1, max: 1500 });
const rate = fc.integer({ min: 1, max: 30 });

/** A load without phases, or what a phase has but its name, as a user writes it. */
const stretches = fc.oneof(
  fc.record({ duration, total }),
  fc.record({
    duration,
    // Several blocks of random arrivals.
    total: fc.integer({ min: 1, max: 4000 }),
    arrivals: fc.record({ shape: fc.constant('poisson'), seed: fc.nat() }),
  }),
  fc.record({
    total,
    arrivals: fc.record({
      shape: fc.constant('bursts'),
      size: fc.integer({ min: 1, max: 50 }),
      every: duration,
    }),
  }),
  fc.record({
    duration,
    arrivals: fc.record({ shape: fc.constant('ramp'), from: rate, to: fc.nat(30) }),
  }),
  fc.record({
    duration,
    arrivals: fc.record({ shape: fc.constant('steps'), from: rate, to: fc.nat(30), by: rate }),
  }),
);

const phases = fc
  .tuple(fc.array(stretches, { minLength: 1, maxLength: 4 }), duration)
  .map(([each, pauseBetween]) => ({
    phases: each.map((stretch, at) => ({ name: `phase-${at}`, ...stretch })),
    pauseBetween,
  }));

/** Open loads of every shape, with and without phases; of some minutes and some thousand arrivals at most. */
export const loads: fc.Arbitrary<LoadSpec> = fc
  .oneof({ weight: 3, arbitrary: stretches }, { weight: 1, arbitrary: phases })
  .map((load) => resolveSpec({ load, limits: { lease: '100d' } }).load);

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
