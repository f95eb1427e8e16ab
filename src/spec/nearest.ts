import { distance } from 'fastest-levenshtein';

/** Longer words are no misspelling of ours, and comparing them costs. */
const MOST_COMPARED = 64;

const plain = (word: string) => word.toLowerCase().replace(/[\s_-]/g, '');

/** The known word that `word` is most likely a misspelling of, or null where none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > MOST_COMPARED) return null;
  const wanted = plain(word);
  let best: { word: string; far: number } | null = null;
  for (const each of known) {
    const far = slips(wanted, plain(each));
    if (best === null || far < best.far) best = { word: each, far };
  }
  return best !== null && best.far <= nearEnough(best.word) ? best.word : null;
}

/** Letters in another order, the commonest slip of all, count as one. */
function slips(word: string, known: string): number {
  const far = distance(word, known);
  return far > 1 && sorted(word) === sorted(known) ? 1 : far;
}

const sorted = (word: string) => Array.from(word).toSorted().join('');

/** One slip in a short word, one in three letters of a long one: `qpm` is near to `qps`, `abc` is not. */
function nearEnough(word: string): number {
  return Math.max(1, Math.floor(word.length / 3));
}
