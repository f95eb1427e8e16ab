import {
  allHandlersFinished,
  CancellationScope,
  condition,
  setCurrentDetails,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { patient } from './activity-proxies.ts';
import { describeError } from './errors.ts';
import type { GuardProgress, WatchRequest } from './messages.ts';
import { guardQuery, releaseUpdate, watchUpdate } from './messages.ts';
import { StepJournal } from './step-journal.ts';
import { unwind } from './unwind.ts';

const HOUR_MS = 3_600_000;

/** One run that the guard watches. `calls` counts its `watch` Updates: a new one means that the run lives again. */
interface Watched extends WatchRequest {
  journal: StepJournal;
  state: 'watching' | 'unwinding' | 'incomplete';
  released: boolean;
  calls: number;
}

/**
 * Outlives the run and unwinds if nobody else does. An ordinary workflow, started by each execution of the run through
 * `watch`, which returns only while nothing is being unwound: the guard is also the lock.
 */
export async function runGuard(): Promise<void> {
  const watched = new Map<string, Watched>();
  const unwinding = () => [...watched.values()].some((entry) => entry.state === 'unwinding');
  const keeping: Promise<void>[] = [];

  setHandler(
    watchUpdate,
    async ({ plan, limits }) => {
      await condition(() => !unwinding());
      const known = watched.get(plan.owner);
      if (known !== undefined) {
        known.calls += 1;
        return;
      }
      const entry: Watched = {
        plan,
        limits,
        journal: new StepJournal(plan),
        state: 'watching',
        released: false,
        calls: 1,
      };
      watched.set(plan.owner, entry);
      keeping.push(keep(entry).finally(() => watched.delete(plan.owner)));
    },
    { description: 'Puts a run under guard. Waits while an earlier one is being unwound.' },
  );
  setHandler(
    releaseUpdate,
    ({ owner }) => {
      const entry = watched.get(owner);
      if (entry !== undefined) entry.released = true;
    },
    { description: 'The run has cleaned up after itself; the guard need not act.' },
  );
  setHandler(guardQuery, () => progressOf(watched), { description: 'The runs under guard.' });

  // A guard started by hand has nothing to guard; one started by `watch` has its first entry at once.
  await condition(() => keeping.length > 0 && watched.size === 0 && allHandlersFinished());
}

/** Watches one run until it has released its guard, or has gone and been unwound with nothing left. */
async function keep(entry: Watched): Promise<void> {
  for (;;) {
    const calls = entry.calls;
    try {
      if (await untilUnwound(entry)) return;
    } catch (error) {
      // A bug of ours must not end the guard: it says so and tries again like after any incomplete unwind.
      setCurrentDetails(`unwinding ${entry.plan.runName} broke: ${describeError(error).message}`);
    }
    entry.state = 'incomplete';
    await condition(() => entry.released || entry.calls > calls, HOUR_MS);
    if (entry.released) return;
    entry.state = 'watching';
  }
}

/** True when nothing of the run is left, or nothing is left to the guard. */
async function untilUnwound(entry: Watched): Promise<boolean> {
  for (;;) {
    setCurrentDetails(`watching ${entry.plan.runName} (owner ${entry.plan.owner})`);
    await untilGoneOrReleased(entry);
    if (entry.released) return true;
    // The last activity of a run that was terminated hears of it at its next heartbeat; only then is it over.
    await sleep(entry.limits.heartbeatMs);
    entry.state = 'unwinding';
    const alive = await patient(entry.limits, { summary: 'is the run open after all?' }).isRunOpen({
      plan: entry.plan,
    });
    if (!alive) break;
    entry.state = 'watching'; // a reset closes one execution and opens the next
  }
  entry.journal = new StepJournal(entry.plan);
  const result = await unwind(entry.plan, entry.limits, entry.journal);
  return result.leftovers.length === 0 && result.undoFailed === 0;
}

/** Ends when the run has released the guard, is no longer open, or has outlived its lease and been ended. */
async function untilGoneOrReleased(entry: Watched): Promise<void> {
  const { plan, limits } = entry;
  const scope = new CancellationScope();
  const gone = scope.run(() =>
    patient(limits, { summary: `wait for the end of ${plan.runName}` }).awaitRunEnd({ plan }),
  );
  const lease = scope.run(async () => {
    await sleep(Math.max(0, plan.leaseUntilSeconds * 1000 - Date.now()));
    const ending = patient(limits, { summary: `the lease of ${plan.runName} is over` });
    await ending.endRun({ plan, how: 'cancel' });
    await sleep(limits.teardownDeadlineMs); // a run that unwinds may finish
    await ending.endRun({ plan, how: 'terminate' });
  });
  // Both end by cancellation once the other way out was taken; that is no news.
  lease.catch(() => undefined);
  const settled = gone.catch(() => undefined);
  await Promise.race([condition(() => entry.released), settled]);
  scope.cancel();
  await settled;
}

function progressOf(watched: Map<string, Watched>): GuardProgress {
  return {
    watched: [...watched.values()].map((entry) => ({
      owner: entry.plan.owner,
      leaseUntilSeconds: entry.plan.leaseUntilSeconds,
      state: entry.state,
      steps: [...entry.journal.records],
    })),
  };
}
