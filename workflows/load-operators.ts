import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { parseDuration } from '../src/domain/durations.ts';
import type { LoadChange } from '../src/domain/load-change.ts';
import { isPaused, loadLengthMs } from '../src/domain/load-windows.ts';
import { describeError, refusing } from './errors.ts';
import { HEARD_MS } from './close-window.ts';
import type { Life } from './life.ts';
import type { LoadState } from './load-state.ts';
import { note, ordersFor, windowed } from './load-state.ts';
import type { LoadRequest, OperatorAnswer } from './messages.ts';
import {
  extendLoadUpdate,
  loadOrdersQuery,
  pauseLoadUpdate,
  resumeLoadUpdate,
  setRateUpdate,
} from './messages.ts';
import { extendLease } from './under-guard.ts';

const MOST_QPS = 10_000;
/** Each is kept, and carried from execution to execution. */
const MOST_CHANGES = 500;

/** Takes an operator's word about the load under way, and tells its drivers. */
export function listenToLoadOperators(lifeOf: () => Life | null): void {
  const open = () => loadOf(lifeOf());
  const validator =
    (alsoRefused: (load: LoadState, request: Record<string, unknown>) => string | null) =>
    (request: unknown): void => {
      const reason = refused(lifeOf(), alsoRefused, request);
      if (reason !== null) throw refusedFor(reason);
    };
  setHandler(
    setRateUpdate,
    refusing(({ qps, who }: { qps: number; who?: string }) => {
      change(open(), { kind: 'rate', qps }, `${qps} claims a second`, who);
      return answer(`${qps} claims a second, for the rest of the phase`);
    }),
    {
      validator: validator((_, { qps }) =>
        typeof qps === 'number' && qps > 0 && qps <= MOST_QPS
          ? null
          : `say how many claims a second, up to ${MOST_QPS}: {"qps":5}`,
      ),
      description: 'Sends so many claims a second from now on: {"qps":5}.',
    },
  );
  setHandler(
    pauseLoadUpdate,
    refusing((request: { who?: string }) => {
      change(open(), { kind: 'pause' }, 'paused', request.who);
      return answer(
        'no more claims fall due until the load is resumed; what was sent is followed to its end',
      );
    }),
    {
      validator: validator(({ changes }) => (isPaused(changes) ? 'the load is paused already' : null)),
      description: 'Sends no claim until the load is resumed.',
    },
  );
  setHandler(
    resumeLoadUpdate,
    refusing(async (request: { who?: string }) => {
      const { life, load } = open();
      change({ life, load }, { kind: 'resume' }, 'resumed', request.who);
      return answer(`claims fall due again${await withLeaseFor(life, pausedMs(load))}`);
    }),
    {
      validator: validator(({ changes }) => (isPaused(changes) ? null : 'the load is not paused')),
      description: 'Goes on with a load that was paused, for as long as was left of it.',
    },
  );
  setHandler(
    extendLoadUpdate,
    refusing(async ({ by, who }: { by: string; who?: string }) => {
      const { life, load } = open();
      const byMs = parseDuration(by) ?? 0;
      // At once: when the guard has answered, the load may be over.
      change({ life, load }, { kind: 'extend', byMs }, `extended by ${by}`, who);
      return answer(`the load goes on for ${by} more${await withLeaseFor(life, byMs)}`);
    }),
    {
      validator: validator((_, { by }) => {
        const ms = typeof by === 'string' ? parseDuration(by) : null;
        return ms !== null && ms > 0 ? null : 'say by how much: {"by":"30m"}';
      }),
      description: 'Lets the load go on for longer, in its last phase: {"by":"30m"}.',
    },
  );
  setHandler(loadOrdersQuery, (request) => ordersOf(lifeOf(), request), {
    description: 'What the driver of a window is told; asked by drivers again and again.',
  });
}

interface Loaded {
  life: Life;
  load: LoadState;
}

/** Its validator has just seen it. */
function loadOf(life: Life | null): Loaded {
  const load = life?.load ?? null;
  if (life === null || load === null || !load.open) throw refusedFor(NOT_OPEN);
  return { life, load };
}

const NOT_OPEN = 'no load is under way: claims are sent in the stage run-claims alone';

function refused(
  life: Life | null,
  alsoRefused: (load: LoadState, request: Record<string, unknown>) => string | null,
  request: unknown,
): string | null {
  const load = life?.load ?? null;
  if (life === null || load === null || !load.open || life.hold !== null) return NOT_OPEN;
  if (load.stopAtMs !== null) return 'the load is being ended';
  if (life.run.limits.closedLoop === true)
    return 'a closed loop is not changed on the way: it has no rate, and claims fall due when others are over';
  if (load.changes.length >= MOST_CHANGES)
    return `it was changed ${MOST_CHANGES} times already, no more are kept`;
  if (!load.single && soonMs(load) >= loadLengthMs(windowed(life.run.limits, load)))
    return 'its last claim was sent';
  return alsoRefused(
    load,
    typeof request === 'object' && request !== null ? (request as Record<string, unknown>) : {},
  );
}

/** The first moment that no driver can have passed when it hears of it, as an offset. */
function soonMs({ startedAtMs }: LoadState): number {
  return Date.now() + HEARD_MS - startedAtMs;
}

type What = LoadChange extends infer Change
  ? Change extends LoadChange
    ? Omit<Change, 'atOffsetMs'>
    : never
  : never;

function change({ life, load }: Loaded, what: What, text: string, who?: string): void {
  load.changes = [...load.changes, { ...what, atOffsetMs: soonMs(load) }];
  note(load, { window: load.next, kind: 'changed', text, who: said(who) });
  life.journal.notice('changed', `The load was changed last at ${new Date().toISOString()}: ${text}`);
}

/** What a caller calls itself may be anything. */
function said(who: unknown): string | null {
  return typeof who === 'string' && who !== '' ? who.slice(0, 100) : null;
}

/** How long the pause was that has just been ended. */
function pausedMs({ changes }: LoadState): number {
  const [resumed, paused] = [changes.at(-1), changes.findLast(({ kind }) => kind === 'pause')];
  return resumed === undefined || paused === undefined ? 0 : resumed.atOffsetMs - paused.atOffsetMs;
}

/** A longer load needs a longer lease; a warning where the lease can't grow by so much. */
async function withLeaseFor(life: Life, byMs: number): Promise<string> {
  const { leaseUntilSeconds, leaseCapSeconds } = life.run.plan;
  const wantedSeconds = Math.ceil(leaseUntilSeconds + byMs / 1000);
  try {
    await extendLease(life, wantedSeconds * 1000);
  } catch (error) {
    return `; but its lease could not be extended: ${describeError(error).message}`;
  }
  if (wantedSeconds <= leaseCapSeconds) return '';
  return `; but its lease ends at ${new Date(leaseCapSeconds * 1000).toISOString()} and can't be extended (limits.leaseCap)`;
}

function ordersOf(life: Life | null, { window }: LoadRequest): ReturnType<typeof ordersFor> {
  const load = life?.load ?? null;
  if (life === null || load === null) throw refusedFor(NOT_OPEN);
  return ordersFor(life.run.limits, load, window);
}

const answer = (message: string): OperatorAnswer => ({ message });

function refusedFor(reason: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(reason, 'Refused');
}
