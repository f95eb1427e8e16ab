import { ApplicationFailure } from '@temporalio/workflow';
import type { WindowResult } from '../src/measure/window-result.ts';
import { quick } from './activity-proxies.ts';
import type { Life } from './life.ts';
import type { LoadState } from './load-state.ts';
import { note, startWindow, stopLoad, windowIn } from './load-state.ts';

/** From a word to the moment when it counts: every driver has asked for it by then. */
export const HEARD_MS = 3_000;
/** Blocks of windows; one more, and every two become one. A drift is told from the first quarter to the last. */
const MOST_BLOCKS = 8;

/**
 * Counts a window that is over: a look at the system, its row in the series, the rules of what is watched, and its
 * figures into the sum of all. Throws where a rule says that the run is to be held.
 */
export async function closeWindow(life: Life, load: LoadState, window: WindowResult): Promise<void> {
  const { plan, spec, limits } = life.run;
  const grows = load.inLastBlock > 0 && load.inLastBlock < load.perBlock;
  const closed = await quick(limits, {
    summary: `count window ${window.windowIndex}`,
    startToCloseTimeout: '5 minutes', // a window's timelines are compressed meanwhile
  }).closeWindow({
    plan,
    spec,
    installation: life.findings.installation,
    window,
    into: grows ? (load.blocks.at(-1) ?? null) : null,
    sentUntilMs: load.sentUntilMs,
    series: load.series,
    streaks: load.streaks,
  });
  load.next = window.windowIndex + 1;
  load.sentUntilMs = window.sentUntilMs;
  load.series = closed.series;
  load.streaks = closed.streaks;
  load.dropped = {
    windows: load.dropped.windows + closed.dropped.windows,
    claims: load.dropped.claims + closed.dropped.claims,
  };
  load.blocks = grows ? [...load.blocks.slice(0, -1), closed.merged ?? window] : [...load.blocks, window];
  load.inLastBlock = grows ? load.inLastBlock + 1 : 1;
  if (load.blocks.length > MOST_BLOCKS) await halve(life, load);
  life.findings.windows = load.blocks;
  life.journal.notice('load', closed.shown);
  const { untilMs } = windowIn(limits, load, window.windowIndex);
  tell(load, window.windowIndex, untilMs, closed);
}

/** Every two blocks become one, and the next ones get as long. */
async function halve(life: Life, load: LoadState): Promise<void> {
  const { windows } = await quick(life.run.limits, {
    summary: 'merge what windows have come to',
  }).mergeWindows({
    windows: load.blocks,
  });
  // Of an odd number the last one stays by itself, half as long as the others.
  load.inLastBlock = load.blocks.length % 2 === 0 ? load.perBlock + load.inLastBlock : load.inLastBlock;
  load.blocks = windows;
  load.perBlock *= 2;
}

interface Told {
  gapMs: number;
  problems: string[];
  missed: { text: string; action: 'note' | 'hold' | 'abort' }[];
}

function tell(load: LoadState, window: number, untilMs: number, { gapMs, problems, missed }: Told): void {
  if (gapMs > 0) note(load, { window, kind: 'gap', text: `nothing could be sent for ${gapMs} ms before it` });
  for (const text of problems) note(load, { window, kind: 'warning', text });
  for (const { text } of missed) note(load, { window, kind: 'missed', text });
  const stop = missed.find(({ action }) => action === 'abort');
  const held = missed.find(({ action }) => action === 'hold');
  if (stop !== undefined) stopLoad(load, Date.now() + HEARD_MS - load.startedAtMs, stop.text);
  else if (held !== undefined) {
    if (load.starts[load.next] === undefined) startWindow(load, load.next, untilMs);
    throw ApplicationFailure.nonRetryable(held.text, 'ThresholdMissed');
  }
}
