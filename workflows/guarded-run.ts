import { CancellationScope, condition, setCurrentDetails, sleep } from '@temporalio/workflow';
import type { GuardState } from '../src/domain/guarding.ts';
import { executionsAfter, leaseAfter, mayRelease } from '../src/domain/guarding.ts';
import { withLease } from '../src/domain/lease.ts';
import { patient } from './activity-proxies.ts';
import { describeError } from './errors.ts';
import type { CarriedRun, WatchRequest } from './messages.ts';
import { StepJournal } from './step-journal.ts';
import { unwind } from './unwind.ts';

/** One run under guard. */
export interface GuardedRun extends CarriedRun {
  journal: StepJournal;
  state: GuardState;
  released: boolean;
  /** `watch` Updates so far: a new one means that the run lives again. */
  calls: number;
  /** An operator does not want to wait for the next try. */
  hurried: boolean;
}

export function guardedRun(carried: CarriedRun): GuardedRun {
  const { plan, retryAtMs } = carried;
  return {
    ...carried,
    journal: new StepJournal(plan),
    state: retryAtMs === null ? 'watching' : 'incomplete',
    released: false,
    calls: 0,
    hurried: false,
  };
}

/** A run that asks for the first time. */
export function newlyGuarded({ plan, limits, searchAttributes }: WatchRequest): GuardedRun {
  const fresh = { executions: [], keptUntilSeconds: null, retryAtMs: null };
  return guardedRun({ plan, limits, searchAttributes, ...fresh });
}

/** An execution of the run says that it lives. Its lease never becomes shorter by that. */
export function enter(entry: GuardedRun, request: WatchRequest): void {
  const { plan, limits, searchAttributes, executionRunId, extendToSeconds } = request;
  Object.assign(entry, {
    plan: withLease(plan, leaseAfter(entry.plan, plan, extendToSeconds)),
    limits,
    searchAttributes,
    executions: executionsAfter(entry.executions, executionRunId),
    keptUntilSeconds: null,
    calls: entry.calls + 1,
  });
}

/** The run leaves its cluster to the guard, for another run to take over. */
export function leave(entry: GuardedRun, executionRunId: string, untilSeconds: number): void {
  if (mayRelease(entry.executions, executionRunId)) entry.keptUntilSeconds = untilSeconds;
}

/** An execution of the run says that it has cleaned up. */
export function release(entry: GuardedRun, executionRunId: string): void {
  if (mayRelease(entry.executions, executionRunId)) entry.released = true;
}

/** Watches one run until it has released its guard, or has gone and been unwound with nothing left. */
export async function keep(entry: GuardedRun): Promise<void> {
  while (!entry.released) {
    if (entry.retryAtMs !== null) {
      await untilRetry(entry, entry.retryAtMs);
    } else if (await watchOnce(entry)) {
      return;
    }
  }
}

/** Waits for the next try, or for somebody who wants it now, or for the run to live again or to have cleaned up. */
async function untilRetry(entry: GuardedRun, retryAtMs: number): Promise<void> {
  const { calls } = entry;
  await condition(
    () => entry.released || entry.hurried || entry.calls > calls,
    Math.max(1, retryAtMs - Date.now()),
  );
  entry.hurried = false;
  entry.retryAtMs = null;
  entry.state = 'watching';
}

async function watchOnce(entry: GuardedRun): Promise<boolean> {
  try {
    if (await untilUnwound(entry)) return true;
  } catch (error) {
    // A bug of ours must not end the guard: it says so and tries again like after any incomplete unwind.
    setCurrentDetails(`guarding ${entry.plan.runName} broke: ${describeError(error).message}`);
  }
  entry.state = 'incomplete';
  entry.retryAtMs = Date.now() + entry.limits.guardRetryMs;
  return false;
}

/** True when nothing of the run is left, or nothing is left to the guard. */
async function untilUnwound(entry: GuardedRun): Promise<boolean> {
  do {
    await untilUnwanted(entry);
    if (entry.released) return true;
    entry.state = 'unwinding'; // before the look, so that an execution which opens after it has to wait
    // The last activity of a run that was terminated hears of it at its next heartbeat; only then is it over.
    await sleep(entry.limits.quietMs);
  } while (await isOpen(entry)); // a reset closes one execution and opens the next
  entry.journal = new StepJournal(
    entry.plan,
    entry.searchAttributes.filter((name) => name === 'SandtideAlarm'), // all else is the run's to say
  );
  const { leftovers, undoFailed } = await unwind(entry, entry.journal);
  return leftovers.length === 0 && undoFailed === 0;
}

function isOpen({ plan, limits }: GuardedRun): Promise<boolean> {
  return patient(limits, { summary: 'is the run open after all?' }).isRunOpen({ plan });
}

/** Until the run is over and nobody is to have its cluster, or it has released the guard. */
async function untilUnwanted(entry: GuardedRun): Promise<void> {
  do {
    entry.state = 'watching';
    setCurrentDetails(`watching ${entry.plan.runName} (owner ${entry.plan.owner})`);
    await untilGoneOrReleased(entry);
  } while (!entry.released && (await isWanted(entry)));
}

/** Keeps the cluster, if it is to be kept. True when the run lives again, false when time is up or it was taken over. */
async function isWanted(entry: GuardedRun): Promise<boolean> {
  const { keptUntilSeconds, plan } = entry;
  if (keptUntilSeconds === null) return false;
  entry.state = 'keeping';
  setCurrentDetails(`keeping ${plan.cluster.name} until ${new Date(keptUntilSeconds * 1000).toISOString()}`);
  const livesAgain = () => entry.keptUntilSeconds !== keptUntilSeconds;
  const leftMs = Math.max(1, keptUntilSeconds * 1000 - Date.now());
  await condition(() => entry.released || livesAgain(), leftMs);
  return livesAgain();
}

/** Ends when the run has released the guard, is no longer open, or has outlived its lease and been ended. */
async function untilGoneOrReleased(entry: GuardedRun): Promise<void> {
  const { plan, limits } = entry;
  const scope = new CancellationScope();
  const gone = scope.run(() =>
    patient(limits, { summary: `wait for the end of ${plan.runName}` }).awaitRunEnd({ plan }),
  );
  const released = scope.run(() => condition(() => entry.released));
  const lease = scope.run(() => endAfterLease(entry));
  // All but one end by cancellation, once one way out was taken; that is no news.
  const settled = Promise.allSettled([gone, released, lease]);
  await Promise.race([released, gone.catch(() => undefined)]);
  scope.cancel();
  await settled;
}

/** First by request, so that the run unwinds itself; by force where it doesn't. */
async function endAfterLease(entry: GuardedRun): Promise<void> {
  const { plan, limits } = entry;
  while (await extended(entry));
  const ending = patient(limits, { summary: `the lease of ${plan.runName} is over` });
  await ending.endRun({ plan, how: 'cancel' });
  await sleep(limits.teardownDeadlineMs); // a run that unwinds may finish
  await ending.endRun({ plan, how: 'terminate' });
}

/** True as soon as the lease has become another; false when it is over. */
function extended(entry: GuardedRun): Promise<boolean> {
  const { leaseUntilSeconds } = entry.plan;
  return condition(
    () => entry.plan.leaseUntilSeconds !== leaseUntilSeconds,
    Math.max(1, leaseUntilSeconds * 1000 - Date.now()),
  );
}
