import { CancellationScope, condition } from '@temporalio/workflow';
import { closeWindow } from './close-window.ts';
import { mayContinue } from './continue-run.ts';
import { drive } from './drive-window.ts';
import type { Life } from './life.ts';
import type { LoadState } from './load-state.ts';
import { startWindow, windowIn } from './load-state.ts';

/** From the start of a window's activity to its first claim: its connections stand by then, on a busy worker too. */
const LEAD_MS = 10_000;

/** A window under way. */
interface Driven {
  readonly index: number;
  readonly scope: CancellationScope;
  /** It is over and counted, or has failed. */
  settled: boolean;
  /** Its activity, for as long as that goes on: one that is told to stop takes a while. */
  driver: Promise<unknown>;
}

/**
 * Sends window after window: the next one is begun before this one stops sending, and each follows its own claims to
 * their end, so that nothing is handed over. True when the load is over; false where the run is to continue as new first.
 * Throws the error of the first window that failed, once those before it have come to their end.
 */
export async function windowAfterWindow(life: Life, load: LoadState, title: string): Promise<boolean> {
  const begun: Driven[] = [];
  try {
    return await allWindows(life, load, title, begun);
  } catch (error) {
    // What follows undoes, or tries again, what a driver that goes on would still add to.
    for (const { scope } of begun) scope.cancel();
    await CancellationScope.nonCancellable(() => Promise.allSettled(begun.map(({ driver }) => driver)));
    throw error;
  }
}

async function allWindows(life: Life, load: LoadState, title: string, begun: Driven[]): Promise<boolean> {
  const failed: unknown[] = [];
  let before: Promise<unknown> = Promise.resolve();
  let over = false;
  for (let index = load.next; ; index += 1) {
    const scope = new CancellationScope();
    const driving = scope.run(() => drive(life, load, index, `${title}, window ${index}`));
    const window: Driven = { index, scope, settled: false, driver: driving };
    begun.push(window);
    driving.catch(() => undefined); // it is looked at when its turn has come
    before = inTurn(before, async () => closeWindow(life, load, await driving))
      .catch((error: unknown) => {
        failed.push(error);
        // What came before may end well; what came after would stand on nothing.
        for (const { scope } of begun.slice(begun.indexOf(window) + 1)) scope.cancel();
        throw error;
      })
      .finally(() => (window.settled = true));
    before.catch(() => undefined);
    over = !(await nextIsDue(life, load, window, () => failed.length > 0));
    if (!over) startWindow(load, index + 1, windowIn(life.run.limits, load, index).untilMs);
    if (over || mayContinue()) break;
  }
  await condition(() => begun.every(({ settled }) => settled));
  if (failed.length > 0) throw failed[0];
  // A load that was ended meanwhile has nothing left to go on with.
  return over || load.stopAtMs !== null;
}

/** Windows are counted in their order. Where one has failed, none after it is. */
async function inTurn(before: Promise<unknown>, act: () => Promise<void>): Promise<void> {
  await before;
  await act();
}

/** Waits until the window after that one is to be begun; false where none is. */
async function nextIsDue(
  life: Life,
  load: LoadState,
  window: Driven,
  hasFailed: () => boolean,
): Promise<boolean> {
  while (!hasFailed()) {
    const { changes, stopAtMs } = load;
    const { fromMs, untilMs, last } = windowIn(life.run.limits, load, window.index);
    const changed = () => hasFailed() || load.changes !== changes || load.stopAtMs !== stopAtMs;
    if (last) {
      await condition(() => changed() || window.settled);
      if (window.settled) return false;
      continue;
    }
    const leadMs = Math.min(LEAD_MS, (untilMs - fromMs) / 4);
    const waitMs = load.startedAtMs + untilMs - leadMs - Date.now();
    // A worker whose clock is ahead of the server's may be through with it before.
    if (waitMs <= 0 || window.settled) return true;
    await condition(() => changed() || window.settled, waitMs);
  }
  return false;
}
