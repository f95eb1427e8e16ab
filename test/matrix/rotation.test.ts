import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PLACES } from './places.ts';
import { rotation } from './rotation.ts';
import { ROWS } from './rows.ts';

const MOST = 4;
const PARTS = Math.ceil(ROWS.length / MOST);
const names = (seeds: number[]) =>
  seeds.flatMap((seed) => rotation(ROWS, seed, MOST).map(({ row, place }) => `${row.name}/${place}`));

describe('the rotation through the matrix', () => {
  it('comes to every row in successive seeds, once each', () => {
    for (const first of [0, 1, 17]) {
      const seeds = Array.from({ length: PARTS }, (_, index) => first + index);
      const rows = names(seeds).map((name) => name.slice(0, name.lastIndexOf('/')));
      assert.deepEqual([...rows].sort(), ROWS.map(({ name }) => name).sort());
    }
  });

  it('comes to every cell that there is', () => {
    const seeds = Array.from({ length: PARTS * PLACES.length * PLACES.length }, (_, seed) => seed);
    const there = ROWS.flatMap((row) =>
      PLACES.filter((place) => typeof row.expected[place] !== 'string').map(
        (place) => `${row.name}/${place}`,
      ),
    );
    assert.deepEqual(new Set(names(seeds)), new Set(there));
  });

  it('never takes more rows than fit', () => {
    for (let seed = 0; seed < PARTS; seed += 1) assert.ok(rotation(ROWS, seed, MOST).length <= MOST);
  });
});

describe('the rows of the matrix', () => {
  it('have names of their own', () => {
    assert.equal(new Set(ROWS.map(({ name }) => name)).size, ROWS.length);
  });

  it('each have a cell somewhere, and a sentence wherever they have none', () => {
    for (const { name, expected } of ROWS) {
      const values = PLACES.map((place) => expected[place]);
      assert.ok(
        values.some((value) => typeof value !== 'string'),
        name,
      );
      for (const value of values) assert.ok(value.length > 0, name);
    }
  });
});
