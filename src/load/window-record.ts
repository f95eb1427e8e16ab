import type { ClaimTimeline } from '../measure/window-result.ts';
import { epochMs } from './epoch-clock.ts';
import { IndexSet } from './index-set.ts';
import { WindowJournal, journalLines, journalPath, setJournalAside } from './journal.ts';
import type { WindowPosition } from './window.ts';
import type { WindowTally } from './window-tally.ts';

/** What earlier attempts left on this machine. */
export interface WindowRecord {
  startedAtMs: number;
  /** Attempts that wrote into it. */
  attempts: ReadonlySet<number>;
  ended: IndexSet;
  /** Ended claims whose delete was not seen to be answered. */
  unreleased: ReadonlyMap<number, ClaimTimeline>;
}

/** Which attempt asks, and what it was handed by the one before. */
export interface AttemptIdentity {
  /** The activity itself, told apart from every other of this run and of runs that had its name. */
  activity: string;
  attempt: number;
  resume: WindowPosition | null;
}

/** The first attempt of an activity begins the window anew, whatever an earlier life of the run left. */
export function beginsAnew({ attempt, resume }: AttemptIdentity): boolean {
  return attempt === 1 && resume === null;
}

/**
 * Opens the window's journal after reading what counts of it into the tally. What does not count (of another start of
 * the window, from an earlier life of the run) is set aside. The record is null where nothing counts.
 */
export async function openJournal(
  window: { folder: string; windowIndex: number },
  identity: AttemptIdentity,
  tally: WindowTally,
): Promise<{ journal: WindowJournal; record: WindowRecord | null }> {
  const { folder, windowIndex } = window;
  const path = journalPath(folder, windowIndex);
  const record = beginsAnew(identity) ? null : await readRecord(path, identity, tally);
  if (record === null) await setJournalAside(path, epochMs());
  const journal = await WindowJournal.open(folder, windowIndex);
  if (record !== null) {
    const { activity, attempt } = identity;
    const { startedAtMs } = record;
    await journal.append({ start: { windowIndex, activity, attempt, startedAtMs } });
  }
  return { journal, record };
}

async function readRecord(
  path: string,
  { activity, resume }: AttemptIdentity,
  tally: WindowTally,
): Promise<WindowRecord | null> {
  let startedAtMs: number | null = null;
  const attempts = new Set<number>();
  const ended = new IndexSet();
  const unreleased = new Map<number, ClaimTimeline>();
  for await (const line of journalLines(path)) {
    if ('start' in line) {
      // The attempts of this activity before us died before they could set it aside.
      if (line.start.activity !== activity) return null;
      startedAtMs ??= line.start.startedAtMs;
      if (resume !== null && startedAtMs !== resume.startedAtMs) return null;
      attempts.add(line.start.attempt);
    } else if (startedAtMs === null) {
      return null;
    } else if ('ended' in line && ended.add(line.ended.index)) {
      tally.ended(line.ended);
      unreleased.set(line.ended.index, line.ended);
    } else if ('released' in line) {
      const claim = unreleased.get(line.released.index);
      if (claim === undefined) continue;
      tally.released(claim, line.released.atMs);
      unreleased.delete(line.released.index);
    }
  }
  return startedAtMs === null ? null : { startedAtMs, attempts, ended, unreleased };
}
