import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ApiCall } from '../../src/faults/api-call.ts';
import { createFaultChooser } from '../../src/faults/choose.ts';
import { faultPlanSchema } from '../../src/faults/schema.ts';
import type { FaultPlan } from '../../src/faults/schema.ts';

const CREATE: ApiCall = { verb: 'create', resource: 'sandboxclaims', namespace: 'team-a', name: 'claim-7' };
const RESET = { type: 'reset' };

function planOf(rules: unknown[], seed = 1): FaultPlan {
  return faultPlanSchema.parse({ seed, rules });
}

/** Which of so many equal calls are taken, by number from 1. */
function taken(when: Record<string, unknown>, calls: number, seed = 1): number[] {
  const chooser = createFaultChooser(planOf([{ when, fault: RESET }], seed));
  return Array.from({ length: calls }, (_, index) => index + 1).filter(
    () => chooser.choose(CREATE, 0) !== null,
  );
}

describe('which calls a rule fits', () => {
  const table: { when: Record<string, unknown>; call?: Partial<ApiCall>; atMs?: number; fits: boolean }[] = [
    { when: {}, fits: true },
    { when: {}, call: { verb: 'get', resource: null, namespace: null, name: null }, fits: true },
    { when: { verb: 'create' }, fits: true },
    { when: { verb: 'list' }, fits: false },
    { when: { resource: 'sandboxclaims' }, fits: true },
    { when: { resource: 'pods' }, fits: false },
    { when: { resource: 'pods' }, call: { resource: null }, fits: false },
    { when: { namespace: 'team-a' }, fits: true },
    { when: { namespace: 'team-b' }, fits: false },
    { when: { namespace: 'team-a' }, call: { namespace: null }, fits: false },
    { when: { nameMatches: '^claim-[0-9]$' }, fits: true },
    { when: { nameMatches: '8' }, fits: false },
    { when: { nameMatches: '.*' }, call: { name: null }, fits: false },
    { when: { after: '2s' }, atMs: 1_999, fits: false },
    { when: { after: '2s' }, atMs: 2_000, fits: true },
    { when: { until: '2s' }, atMs: 1_999, fits: true },
    { when: { until: '2s' }, atMs: 2_000, fits: false },
    { when: { verb: 'create', resource: 'sandboxclaims', namespace: 'team-b' }, fits: false },
  ];
  for (const { when, call, atMs, fits } of table) {
    const seen = [JSON.stringify(when), call && JSON.stringify(call), atMs && `at ${atMs} ms`].filter(
      Boolean,
    );
    test(`${seen.join(', ')}: ${fits ? 'yes' : 'no'}`, () => {
      const chooser = createFaultChooser(planOf([{ when, fault: RESET }]));
      assert.equal(chooser.choose({ ...CREATE, ...call }, atMs ?? 0) !== null, fits);
      assert.equal(chooser.counts()[0]?.matched, fits ? 1 : 0);
    });
  }

  test('faults of watches never take another call', () => {
    const chooser = createFaultChooser(planOf([{ fault: { type: 'watchGone' } }]));
    assert.equal(chooser.choose(CREATE, 0), null);
    assert.equal(chooser.choose({ ...CREATE, verb: 'list' }, 0), null);
    assert.notEqual(chooser.choose({ ...CREATE, verb: 'watch' }, 0), null);
  });
});

describe('which of the calls that fit are taken', () => {
  test('all, where nothing else is said', () => assert.deepEqual(taken({}, 4), [1, 2, 3, 4]));
  test('every third', () => assert.deepEqual(taken({ every: 3 }, 10), [3, 6, 9]));
  test('the first two', () => assert.deepEqual(taken({ times: 2 }, 10), [1, 2]));
  test('the fourth alone', () => assert.deepEqual(taken({ every: 4, times: 1 }, 20), [4]));
  test('all with probability 1', () => assert.equal(taken({ probability: 1 }, 50).length, 50));
  test('calls that do not fit are not counted', () => {
    const chooser = createFaultChooser(planOf([{ when: { verb: 'create', every: 2 }, fault: RESET }]));
    const verbs = ['create', 'get', 'get', 'create', 'get', 'create', 'create'] as const;
    const hits = verbs.map((verb) => chooser.choose({ ...CREATE, verb }, 0) !== null);
    assert.deepEqual(hits, [false, false, false, true, false, false, true]);
  });

  test('a tenth, within five standard deviations, for every seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      const share = taken({ probability: 0.1 }, 5_000, seed).length / 5_000;
      assert.ok(Math.abs(share - 0.1) < 5 * Math.sqrt((0.1 * 0.9) / 5_000), `seed ${seed}: ${share}`);
    }
  });

  test('seeds differ', () => {
    assert.notDeepEqual(taken({ probability: 0.5 }, 64, 1), taken({ probability: 0.5 }, 64, 2));
  });

  test('two rules of one probability do not choose the same calls', () => {
    const when = (verb: string) => ({ when: { verb, probability: 0.5 }, fault: RESET });
    const chooser = createFaultChooser(planOf([when('create'), when('get')]));
    const hits = (verb: 'create' | 'get') =>
      Array.from({ length: 64 }, () => chooser.choose({ ...CREATE, verb }, 0) !== null);
    assert.notDeepEqual(hits('create'), hits('get'));
  });

  test('the first rule that chooses a call has it, and the next one does not count it', () => {
    const chooser = createFaultChooser(
      planOf([
        { name: 'first', when: { every: 2 }, fault: RESET },
        { name: 'second', fault: { type: 'lostAnswer' } },
      ]),
    );
    const names = Array.from({ length: 4 }, () => chooser.choose(CREATE, 0)?.name);
    assert.deepEqual(names, ['second', 'first', 'second', 'first']);
    assert.deepEqual(chooser.counts(), [
      { rule: 'first', matched: 4, chosen: 2, happened: 0 },
      { rule: 'second', matched: 2, chosen: 2, happened: 0 },
    ]);
  });

  test('only what is said to have happened counts as happened', () => {
    const chooser = createFaultChooser(planOf([{ fault: RESET }]));
    chooser.choose(CREATE, 0);
    chooser.choose(CREATE, 0)?.happened();
    assert.deepEqual(chooser.counts(), [
      { rule: 'reset on any verb any resource', matched: 2, chosen: 2, happened: 1 },
    ]);
  });
});

describe('for any plan and any calls', () => {
  const verbs = ['get', 'list', 'watch', 'create', 'delete'] as const;
  const call = fc.record({
    verb: fc.constantFrom(...verbs),
    resource: fc.constantFrom('pods', 'sandboxclaims', null),
    namespace: fc.constantFrom('a', 'b', null),
    name: fc.constantFrom('x', 'claim-1', null),
  });
  const calls = fc.array(fc.tuple(call, fc.integer({ min: 0, max: 5_000 })), { maxLength: 200 });
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const when = fc.record({
    verb: optional(fc.constantFrom(...verbs)),
    resource: optional(fc.constantFrom('pods', 'sandboxclaims')),
    after: fc.constantFrom('0s', '1s'),
    until: optional(fc.constantFrom('3s')),
    probability: optional(fc.double({ min: 0.01, max: 1, noNaN: true })),
    every: optional(fc.integer({ min: 1, max: 5 })),
    times: optional(fc.integer({ min: 1, max: 5 })),
  });
  const plan = fc.record({
    seed: fc.nat(),
    rules: fc.array(fc.record({ when, fault: fc.constant(RESET) }), { minLength: 1, maxLength: 4 }),
  });
  const run = (raw: unknown, made: [ApiCall, number][]) => {
    const chooser = createFaultChooser(faultPlanSchema.parse(raw));
    return {
      hits: made.map(([one, atMs]) => chooser.choose(one, atMs)?.rule ?? null),
      counts: chooser.counts(),
    };
  };

  test('the same calls meet the same faults', () => {
    fc.assert(fc.property(plan, calls, (raw, made) => assert.deepEqual(run(raw, made), run(raw, made))));
  });

  test('a later rule changes nothing for the earlier ones', () => {
    fc.assert(
      fc.property(plan, calls, ({ seed, rules }, made) => {
        const alone = run({ seed, rules: rules.slice(0, 1) }, made);
        const together = run({ seed, rules }, made);
        assert.deepEqual(together.counts[0], alone.counts[0]);
      }),
    );
  });

  test('times is never exceeded, every is kept to, and what is chosen was matched', () => {
    fc.assert(
      fc.property(plan, calls, (raw, made) => {
        const { counts, hits } = run(raw, made);
        assert.equal(
          counts.reduce((sum, { chosen }) => sum + chosen, 0),
          hits.filter(Boolean).length,
        );
        for (const [index, { matched, chosen }] of counts.entries()) {
          const { times, every } = raw.rules[index]?.when ?? {};
          assert.ok(chosen <= Math.min(times ?? Infinity, Math.floor(matched / (every ?? 1))));
        }
      }),
    );
  });

  test('a higher probability takes all that a lower one took', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0.01, max: 0.5, noNaN: true }), (seed, probability) => {
        const more = new Set(taken({ probability: probability * 2 }, 100, seed));
        assert.ok(taken({ probability }, 100, seed).every((nth) => more.has(nth)));
      }),
    );
  });
});
