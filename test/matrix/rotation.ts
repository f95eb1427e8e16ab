import { PLACES } from './places.ts';
import type { Place } from './places.ts';
import type { Row } from './row.ts';

export interface RotatedCell {
  row: Row;
  place: Place;
}

/**
 * A part of the matrix for every run of the tests: so many rows, each in one place. Successive seeds come to every row,
 * and after all rows to the next place of each. A place in which there is no such cell gives way to the next.
 */
export function rotation(rows: readonly Row[], seed: number, most: number): RotatedCell[] {
  const parts = Math.ceil(rows.length / most);
  const turn = Math.floor(seed / parts);
  return rows
    .map((row, index) => ({ row, index }))
    .filter(({ index }) => index % parts === seed % parts)
    .flatMap(({ row, index }) => {
      const places = PLACES.filter((place) => typeof row.expected[place] !== 'string');
      const place = places[(turn + index) % places.length];
      return place === undefined ? [] : [{ row, place }];
    });
}
