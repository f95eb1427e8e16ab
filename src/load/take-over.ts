import type { IndexSet } from './index-set.ts';

/** What is known when an attempt begins where another one stopped. Indexes are the claims' own. */
export interface Found {
  firstIndex: number;
  /** One past the window's last claim. */
  end: number;
  /** One past the last claim that fell due before now. */
  dueUntil: number;
  /** One past the last claim of which an earlier attempt says that it was sent; left out where none does. */
  sentUntil?: number | undefined;
  /** Claims with an end in the journal. */
  ended: IndexSet;
  /** Claims whose objects are there. */
  present: ReadonlySet<number>;
  /** The journal holds every claim that was ended before; false where part of it is on another machine. */
  journalWhole: boolean;
}

/** What becomes of each claim that fell due before; those from `next` on are sent as if nothing had happened. */
export interface TakeOver {
  /** Ended, but their objects are there still: to be deleted. */
  release: number[];
  /** Live: to be waited for. */
  adopt: number[];
  /** Sent, but gone without a word in the journal. */
  unknown: number[];
  /** Never sent. */
  notSubmitted: number[];
  next: number;
}

/**
 * Decides about every claim that fell due before now. Arrivals are sent in order, so with a whole journal nothing after
 * the last known claim was sent; without it, anything that is neither journaled nor there may have come and gone.
 */
export function planTakeOver(found: Found): TakeOver {
  let lastKnown = Math.max(found.firstIndex - 1, found.ended.last, (found.sentUntil ?? 0) - 1);
  for (const index of found.present) lastKnown = Math.max(lastKnown, index);
  const plan: TakeOver = { release: [], adopt: [], unknown: [], notSubmitted: [], next: found.firstIndex };
  // A change may have left less than was sent before it was heard of.
  plan.next = Math.max(Math.min(found.end, found.dueUntil), lastKnown + 1);
  for (let index = found.firstIndex; index < plan.next; index += 1) {
    const ended = found.ended.has(index);
    if (found.present.has(index)) (ended ? plan.release : plan.adopt).push(index);
    else if (!ended)
      (index <= lastKnown || !found.journalWhole ? plan.unknown : plan.notSubmitted).push(index);
  }
  return plan;
}
