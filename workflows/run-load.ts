import { quick } from './activity-proxies.ts';
import { continueRun } from './continue-run.ts';
import { drive } from './drive-window.ts';
import type { Life } from './life.ts';
import type { LoadState } from './load-state.ts';
import { isSingle, newLoad, note, startWindow, windowIn } from './load-state.ts';
import { windowAfterWindow } from './window-after-window.ts';

/** The load: one window for a short one, window after window for a long one. Returns when the last one is over. */
export async function runLoad(life: Life, title: string): Promise<void> {
  const load = await begin(life);
  load.open = true;
  try {
    if (load.single) life.findings.windows = [await drive(life, load, 0, title)];
    else if (await windowAfterWindow(life, load, title)) return;
  } finally {
    load.open = false;
  }
  if (!load.single) await continueRun(life, load);
}

/** A load of many windows goes on with the first one that isn't over, if the cluster is the one it was begun in. */
async function begin(life: Life): Promise<LoadState> {
  const { plan, spec, limits } = life.run;
  const before = life.load;
  if (before === null ? isSingle(limits) : before.single) {
    life.findings.windows = [];
    return (life.load = newLoad(true, null));
  }
  const { clusterUid, startsAtMs } = await quick(limits, { summary: 'set the start of the load' }).beginLoad({
    plan,
    spec,
    entered: life.entered,
  });
  const goesOn = before !== null && before.clusterUid === clusterUid;
  const load = goesOn ? before : newLoad(false, clusterUid);
  if (before !== null && !goesOn) {
    note(load, { window: 0, kind: 'warning', text: 'begun anew, for the cluster is another one' });
  }
  life.load = load;
  const { fromMs } = windowIn(limits, load, load.next);
  load.startedAtMs = startsAtMs - fromMs;
  // Those after it that were begun before are begun anew.
  load.starts = {};
  startWindow(load, load.next, fromMs);
  load.streaks = {};
  life.findings.windows = load.blocks;
  return load;
}
