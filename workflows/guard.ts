import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { mustWait } from '../src/domain/guarding.ts';
import type { Lease } from '../src/domain/lease.ts';
import type { Owner } from '../src/domain/names.ts';
import { asFailure, refusing } from './errors.ts';
import type { GuardedRun } from './guarded-run.ts';
import { enter, guardedRun, keep, leave, newlyGuarded, release } from './guarded-run.ts';
import type { CarriedRun, GuardProgress, OperatorAnswer, WatchRequest } from './messages.ts';
import { guardQuery, keepUpdate, releaseUpdate, retryTeardownUpdate, watchUpdate } from './messages.ts';

/** A guard that was started by hand, not by `watch`, has nothing to guard. */
const FIRST_WATCH_MS = 60_000;

/**
 * Outlives the run and unwinds if nobody else does. An ordinary workflow, started by each execution of the run through
 * `watch`, which returns only while nothing is being unwound: the guard is also the lock. A cancel request does not end
 * it; it ends when nothing is left to guard.
 */
export async function runGuard(carried: CarriedRun[] = []): Promise<void> {
  try {
    await CancellationScope.nonCancellable(() => guardRuns(carried));
  } catch (error) {
    throw asFailure(error);
  }
}

async function guardRuns(carried: CarriedRun[]): Promise<void> {
  const guarded = new Map<Owner, GuardedRun>();
  const take = (entry: GuardedRun) => {
    guarded.set(entry.plan.owner, entry);
    void CancellationScope.nonCancellable(() => keep(entry)).finally(() => guarded.delete(entry.plan.owner));
    return entry;
  };
  for (const run of carried) take(guardedRun(run));
  answer(guarded, take);

  await condition(() => guarded.size > 0, FIRST_WATCH_MS);
  await condition(() => allHandlersFinished() && (guarded.size === 0 || mayContinueAsNew(guarded)));
  if (guarded.size > 0) await continueAsNew<typeof runGuard>([...guarded.values()].map(carriedRun));
}

function answer(guarded: Map<Owner, GuardedRun>, take: (entry: GuardedRun) => GuardedRun): void {
  setHandler(
    watchUpdate,
    refusing((request) => CancellationScope.nonCancellable(() => watch(request, guarded, take))),
    { description: 'Puts a run under guard. Waits while an earlier one is not yet unwound.' },
  );
  setHandler(
    releaseUpdate,
    refusing(({ owner, executionRunId }) => {
      const entry = guarded.get(owner);
      if (entry !== undefined) release(entry, executionRunId);
    }),
    { description: 'The run has cleaned up after itself; the guard need not act.' },
  );
  setHandler(
    keepUpdate,
    refusing(async ({ owner, executionRunId, untilSeconds }) => {
      // What is being taken down can't be kept, and the run must hear of it.
      await condition(() => guarded.get(owner)?.state !== 'unwinding');
      const entry = guarded.get(owner);
      if (entry === undefined || entry.state === 'incomplete')
        throw ApplicationFailure.nonRetryable(`nothing whole of ${owner} is under guard`, 'Refused');
      leave(entry, executionRunId, untilSeconds);
    }),
    { description: 'The run leaves its cluster for another one to take over until then.' },
  );
  setHandler(
    retryTeardownUpdate,
    refusing(() => hurry(guarded)),
    { description: 'Tries now to take down what an earlier try has left, instead of within the hour.' },
  );
  setHandler(guardQuery, () => progressOf(guarded), { description: 'The runs under guard.' });
}

async function watch(
  request: WatchRequest,
  guarded: Map<Owner, GuardedRun>,
  take: (entry: GuardedRun) => GuardedRun,
): Promise<Lease> {
  const fresh = newlyGuarded(request); // a plan that is none is refused here, before anybody waits
  // The execution that a reset has ended hears of it at its next heartbeat; only then may another one act.
  if (request.afterReset) await sleep(request.limits.quietMs);
  await condition(() => [...guarded.values()].every((entry) => !blocks(entry, request)));
  const entry = guarded.get(request.plan.owner) ?? take(fresh);
  enter(entry, request);
  const { leaseUntilSeconds, leaseCapSeconds } = entry.plan;
  return { leaseUntilSeconds, leaseCapSeconds };
}

function hurry(guarded: Map<Owner, GuardedRun>): OperatorAnswer {
  const incomplete = [...guarded.values()].filter(({ state }) => state === 'incomplete');
  if (incomplete.length === 0) return { message: 'nothing is left that waits for another try' };
  for (const entry of incomplete) entry.hurried = true;
  return { message: `trying again now: ${incomplete.map(({ plan }) => plan.cluster.name).join(', ')}` };
}

function blocks({ plan, state, released }: GuardedRun, request: WatchRequest): boolean {
  const asking = { owner: request.plan.owner, toUnwind: request.toUnwind };
  return mustWait(asking, { owner: plan.owner, state, released });
}

/** Not while it unwinds: the undo that runs would be told that its workflow is gone. */
function mayContinueAsNew(guarded: Map<Owner, GuardedRun>): boolean {
  return (
    workflowInfo().continueAsNewSuggested &&
    [...guarded.values()].every((entry) => entry.state !== 'unwinding' && !entry.released)
  );
}

function carriedRun(entry: GuardedRun): CarriedRun {
  const { plan, limits, searchAttributes, executions, keptUntilSeconds, retryAtMs } = entry;
  return { plan, limits, searchAttributes, executions, keptUntilSeconds, retryAtMs };
}

function progressOf(guarded: Map<Owner, GuardedRun>): GuardProgress {
  return {
    watched: [...guarded.values()].map((entry) => ({
      owner: entry.plan.owner,
      leaseUntilSeconds: entry.plan.leaseUntilSeconds,
      leaseCapSeconds: entry.plan.leaseCapSeconds,
      state: entry.state,
      keptUntilSeconds: entry.keptUntilSeconds,
      plan: entry.plan,
      steps: [...entry.journal.records],
    })),
  };
}
