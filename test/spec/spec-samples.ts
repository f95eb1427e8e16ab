import fc from 'fast-check';
import { formatDuration } from '../../src/domain/durations.ts';
import type { SpecProblem } from '../../src/domain/errors.ts';
import { InvalidSpecError } from '../../src/domain/errors.ts';

/** The least that a spec needs. */
export const SMALLEST = { load: { qps: 10, duration: '12s' } };

/** The problems that `act` is refused with; fails where it isn't, or where anything but InvalidSpecError is thrown. */
export function problemsOf(act: () => unknown): SpecProblem[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidSpecError) return error.problems;
    throw error;
  }
  throw new Error('the spec was accepted');
}

/** As above, each as `path: message`. */
export function findings(act: () => unknown): string[] {
  return problemsOf(act).map(({ path, message }) => `${path}: ${message}`);
}

const ms = (least: number, most: number) => fc.integer({ min: least, max: most }).map(formatDuration);
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Leaves out keys whose value is undefined, as JSON does. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const figures = fc.oneof(
  fc.record({ qps: fc.double({ min: 0.1, max: 1000, noNaN: true }), duration: ms(60_000, 3_600_000) }),
  fc.record({
    qps: fc.double({ min: 0.1, max: 1000, noNaN: true }),
    total: fc.integer({ min: 1, max: 10_000 }),
  }),
  fc.record({ duration: ms(60_000, 3_600_000), total: fc.integer({ min: 1, max: 100_000 }) }),
  fc.constantFrom(
    { qps: 3, duration: '1m', arrivals: { shape: 'poisson', seed: 5 } },
    { total: 60, arrivals: { shape: 'bursts', size: 20, every: '5s' } },
    { duration: '1m', arrivals: { shape: 'ramp', from: 0, to: 7.5 } },
    { duration: '1m', arrivals: { shape: 'closedLoop', live: 1 } },
    {
      phases: [
        { name: 'one', qps: 2, total: 9 },
        { name: 'two', duration: '10s', arrivals: { shape: 'steps', from: 5, to: 1, by: 2 } },
      ],
      pauseBetween: '3s',
    },
  ),
);

/** Specs that are right as a whole, some with nearly everything left out. */
export const validSpecs: fc.Arbitrary<unknown> = fc
  .record({
    description: sometimes(fc.string({ maxLength: 500 })),
    provider: sometimes(
      fc.record({
        type: fc.constant('local'),
        pools: sometimes(
          fc.record({
            general: sometimes(fc.record({ nodes: sometimes(fc.integer({ min: 1, max: 500 })) })),
            sandbox: sometimes(fc.record({ maxPods: sometimes(fc.integer({ min: 100, max: 1000 })) })),
          }),
        ),
        podStartup: sometimes(fc.record({ delay: sometimes(ms(0, 3_600_000)) })),
      }),
    ),
    agentSandbox: sometimes(
      fc.record({
        namespace: fc.constantFrom(undefined, null, 'bench', 'a-1'),
        controller: sometimes(
          fc.record({
            claimWorkers: sometimes(fc.integer({ min: 1, max: 1000 })),
            kubeApiQps: sometimes(fc.double({ min: -1, max: 1e6, noNaN: true })),
            memoryRequest: fc.constantFrom(undefined, '1Gi', '512Mi', '0.5'),
          }),
        ),
        template: sometimes(fc.record({ runtimeClass: fc.constantFrom(undefined, null, 'runsc') })),
        warmPool: sometimes(fc.record({ replicas: sometimes(fc.integer({ min: 0, max: 400 })) })),
      }),
    ),
    load: fc
      .tuple(
        figures,
        fc.record({
          maxConcurrent: sometimes(fc.integer({ min: 1, max: 400 })),
          readyTimeout: sometimes(ms(1, 3_600_000)),
          workloadDuration: sometimes(ms(0, 60_000)),
        }),
      )
      .map(([two, others]) => ({ ...two, ...others })),
    thresholds: sometimes(
      fc.subarray(['failedFraction <= 2%', 'warm dueToReady p99 <= 1s', 'keptRate >= 99.9%']),
    ),
    limits: fc.record({
      lease: ms(3 * 86_400_000, 300 * 86_400_000),
      teardownDeadline: sometimes(ms(1000, 3_600_000)),
    }),
    report: sometimes(fc.record({ folder: fc.constantFrom(undefined, 'runs', './a/b_c/d.e') })),
  })
  .map(asJson);

/** Everything that JavaScript has, odd objects among it. */
export const anythingAtAll = fc.anything({
  maxDepth: 4,
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
});

/** What programs take for a flag, a file or a command, and numbers that are none. */
const HOSTILE_VALUES = [
  ...[NaN, Infinity, -0, -1, 1e308, 0.1, true, null, ''],
  ...['--flag', '@file', 'file:///etc/passwd', '$(id)', '1s;ls', '../..', '\u202e', '1e3', 'a\nb', '\u0000'],
];

/** Right specs of which one value, at any depth, is something else: a slip, or somebody's malice. */
export const nearlySpecs: fc.Arbitrary<unknown> = fc
  .record({
    spec: validSpecs,
    where: fc.nat(),
    key: fc.oneof(
      { weight: 8, arbitrary: fc.constant(null) }, // a key that is there
      { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'qpss', 'nodes') },
      { weight: 1, arbitrary: fc.string() },
    ),
    value: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<unknown>(...HOSTILE_VALUES) },
      { weight: 1, arbitrary: fc.string({ minLength: 1000, maxLength: 3000 }) },
      { weight: 1, arbitrary: anythingAtAll },
    ),
  })
  .map(({ spec, where, key, value }) => {
    const holders = holdersIn(spec);
    const holder = holders[where % holders.length]!; // the document itself is one
    const keys = Object.keys(holder);
    const name = key ?? keys[where % Math.max(1, keys.length)] ?? 'load';
    Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
    return spec;
  });

function holdersIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(holdersIn)];
}
