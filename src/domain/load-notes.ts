/** Something that happened to a load on its way, for the report's timeline. */
export interface LoadNote {
  /** Epoch milliseconds. */
  atMs: number;
  /** The window that was being sent; null between two. */
  window: number | null;
  kind: 'changed' | 'gap' | 'missed' | 'continued' | 'stopped' | 'warning';
  /** A sentence. */
  text: string;
  /** Who asked for it, as they call themselves; null where nobody did. */
  who: string | null;
}

/** Notes of a load; of very many the first and the newest, and how many lie between. */
export interface LoadNotes {
  first: readonly LoadNote[];
  newest: readonly LoadNote[];
  between: number;
}

const MOST_FIRST = 20;
const MOST_NEWEST = 30;

export const NO_NOTES: LoadNotes = { first: [], newest: [], between: 0 };

export function noted({ first, newest, between }: LoadNotes, note: LoadNote): LoadNotes {
  if (first.length < MOST_FIRST) return { first: [...first, note], newest, between };
  const kept = [...newest, note];
  const over = Math.max(0, kept.length - MOST_NEWEST);
  return { first, newest: kept.slice(over), between: between + over };
}
