import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { jsonCopy } from '../../src/spec/json-copy.ts';

const messages = (input: unknown) =>
  jsonCopy(input).problems.map(({ path, message }) => [path.join('.'), message]);

describe('a document is copied as JSON would carry it', () => {
  it('whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
        const sent: unknown = JSON.parse(JSON.stringify(value));
        assert.deepEqual(jsonCopy(value), { copy: sent, problems: [] });
      }),
    );
  });

  it('without what is undefined, and with no minus zero', () => {
    const { copy } = jsonCopy({ a: undefined, b: [undefined], c: -0 });
    assert.deepEqual(copy, { b: [null], c: 0 });
    assert.ok(Object.is((copy as { c: number }).c, 0));
  });

  it('from another realm or without a prototype, too', () => {
    assert.deepEqual(jsonCopy(runInNewContext('({ a: [1] })')), { copy: { a: [1] }, problems: [] });
    assert.deepEqual(jsonCopy(Object.assign(Object.create(null), { a: 1 })), {
      copy: { a: 1 },
      problems: [],
    });
  });

  it('without changing a prototype where a key is called so', () => {
    const { copy } = jsonCopy(JSON.parse('{"__proto__": {"polluted": 1}}'));
    assert.deepEqual(Object.keys(copy as object), ['__proto__']);
    assert.equal((copy as { polluted?: number }).polluted, undefined);
    assert.equal(({} as { polluted?: number }).polluted, undefined);
  });
});

describe('what JSON cannot hold is told with its place', () => {
  const rows: [unknown, string][] = [
    [() => 1, 'a function'],
    [1n, 'a bigint'],
    [Symbol('x'), 'a symbol'],
    [new Date(0), 'an object that is no plain mapping'],
    [new Map([['a', 1]]), 'an object that is no plain mapping'],
    [new Uint8Array(3), 'an object that is no plain mapping'],
    [Object('boxed'), 'an object that is no plain mapping'],
  ];
  for (const [value, what] of rows) {
    it(`${what}: ${String(value)}`, () => {
      assert.deepEqual(messages({ a: [0, value] }), [['a.1', `found ${what}, which JSON cannot hold`]]);
    });
  }
});

describe('what would keep a worker busy is refused whole', () => {
  const endless: unknown[] = [];
  endless.push(endless);
  const deep = Array.from({ length: 100_000 }).reduce<unknown>((inner) => [inner], 1);
  const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i]));
  const bomb = Array.from({ length: 10 }).reduce<unknown>((inner) => Array(10).fill(inner), 'x');
  const rows: [string, unknown, RegExp][] = [
    ['a list in itself', endless, /nested more than 32 deep/],
    ['100,000 lists in each other', deep, /nested more than 32 deep/],
    ['20,000 keys', wide, /more than 10000 values/],
    ['a list of ten lists of ten lists and so on', bomb, /more than 10000 values/],
    ['a list of a billion holes', Array(1_000_000_000), /more than 10000 values/],
    [
      'a getter that throws',
      Object.defineProperty({}, 'a', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
      /cannot be read/,
    ],
    ['a revoked proxy', revoked(), /cannot be read/],
  ];
  for (const [what, value, message] of rows) {
    it(what, () => {
      const { copy, problems } = jsonCopy(value);
      assert.equal(copy, undefined);
      assert.deepEqual(
        problems.map(({ path }) => path),
        [[]],
      );
      assert.match(problems[0]?.message ?? '', message);
    });
  }
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return { proxy };
}
