import type { WindowResult } from '../measure/window-result.ts';
import { journalPath } from './journal.ts';
import type { JournalFolder } from './journal-archive.ts';
import { timelinesIn } from './journal-archive.ts';
import { WindowTally } from './window-tally.ts';

/** Of a load that was cut short nobody knows how the generator fared. */
const UNKNOWN_GENERATOR: WindowResult['generator'] = {
  attempts: 0,
  peakConcurrent: 0,
  delayedByMaxConcurrent: 0,
  longestDelayMs: 0,
  eventLoopDelayP99Ms: 0,
  cpuSeconds: 0,
  watchResumed: 0,
  watchRelisted: 0,
  connectionsOpened: 0,
};

/**
 * What the journals say of a load that never returned its windows: every claim that was over by then. `due` counts no
 * others, and the generator's figures are all 0. Empty where no journal of the owner is in reach.
 */
export async function recoverWindows(from: JournalFolder, host: string): Promise<WindowResult[]> {
  const found = new Map<number, { tally: WindowTally; firstDueMs: number; endedAtMs: number }>();
  for await (const { window, timeline } of timelinesIn(from)) {
    from.signal.throwIfAborted();
    const entry = found.get(window) ?? {
      tally: new WindowTally(0),
      firstDueMs: timeline.dueMs,
      endedAtMs: timeline.dueMs,
    };
    found.set(window, entry);
    entry.tally.ended(timeline);
    if (timeline.releasedMs !== null) entry.tally.released(timeline, timeline.releasedMs);
    entry.firstDueMs = Math.min(entry.firstDueMs, timeline.dueMs);
    entry.endedAtMs = Math.max(entry.endedAtMs, timeline.releasedMs ?? timeline.readyMs ?? timeline.dueMs);
  }
  return [...found].map(([windowIndex, { tally, firstDueMs, endedAtMs }]) => {
    const result = tally.result();
    const { submitted, notSubmitted } = result.counts;
    return {
      ...result,
      counts: { ...result.counts, due: submitted + notSubmitted },
      windowIndex,
      startedAtMs: firstDueMs,
      openedAtMs: firstDueMs,
      sentUntilMs: endedAtMs,
      endedAtMs,
      generator: UNKNOWN_GENERATOR,
      journal: { host, path: journalPath(from.folder, windowIndex) },
    };
  });
}
