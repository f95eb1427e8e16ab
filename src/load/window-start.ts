import { claimName } from '../domain/names.ts';
import type { KubeObject } from '../kubernetes/kube-client.ts';
import { CLIENT_REQUESTED_AT } from '../sandbox/claim-manifest.ts';
import { ClaimCalls } from './claim-calls.ts';
import type { ClaimScope } from './claim-calls.ts';
import type { ClaimDriver } from './claim-driver.ts';
import type { ClaimStream } from './claim-stream.ts';
import { epochMs } from './epoch-clock.ts';
import { IndexSet } from './index-set.ts';
import type { WindowJournal } from './journal.ts';
import type { OpenLoop } from './open-loop.ts';
import { planTakeOver } from './take-over.ts';
import type { WindowRequest } from './window.ts';
import type { WindowSlice } from './window-slice.ts';
import { beginsAnew } from './window-record.ts';
import type { AttemptIdentity, WindowRecord } from './window-record.ts';

/** From opening the window to its first arrival, so that the first one is not late by what opening takes. */
const LEAD_MS = 20;
/** How long claims of an earlier life of the run may take to go before the window begins. */
const CLEARING_MS = 60_000;

/** Due times count from the start of the load's timeline, in whichever window. */
export interface Timeline {
  /** When it begins or began; epoch milliseconds. */
  startedAtMs: number;
  /** No driver before this one sent anything: what falls due while it gets ready is late, and nothing else. */
  fresh: boolean;
}

/** What a window's start is decided by. */
export interface WindowStart {
  request: WindowRequest;
  slice: WindowSlice;
  identity: AttemptIdentity;
  record: WindowRecord | null;
  journal: WindowJournal;
  stream: ClaimStream;
}

/**
 * The load's timeline; written into a journal that does not hold it yet. A window that begins anew first clears what
 * an earlier life of the run left under its names, for it would be taken for the new.
 */
export async function startTimeline(start: WindowStart, scope: ClaimScope): Promise<Timeline> {
  const { request, slice, identity, record, journal, stream } = start;
  if (beginsAnew(identity)) await clearLeftovers(stream, scope);
  const present = byIndex(request, stream.present);
  const before = identity.resume?.startedAtMs ?? record?.startedAtMs ?? startBySightings(slice, present);
  const startedAtMs = request.loadStartsAtMs ?? before ?? epochMs() + LEAD_MS;
  if (record === null) {
    const { windowIndex } = request;
    const { activity, attempt } = identity;
    await journal.append({ start: { windowIndex, activity, attempt, startedAtMs } });
  }
  const stands = request.loadStartsAtMs ?? null;
  return {
    startedAtMs,
    fresh: stands === null ? before === null && present.size === 0 : beginsAnew(identity),
  };
}

/**
 * Decides about every claim that fell due before now, hands the watch over to the driver, and says which arrivals are
 * still to come.
 */
export async function takeOver(
  { request, slice, identity, record, stream }: WindowStart,
  { startedAtMs, fresh }: Timeline,
  driver: ClaimDriver,
): Promise<Pick<OpenLoop, 'first'>> {
  const { firstIndex } = slice;
  if (fresh) {
    stream.handOver((event) => driver.observe(event));
    return { first: () => slice.firstIndex };
  }
  const nowMs = epochMs();
  // What was sent fell due, although a change heard of too late may say otherwise.
  const dueMs = (index: number, sentMs: number | null = null): number =>
    Math.min(startedAtMs + slice.dueOffsetMs(index), sentMs ?? nowMs);
  const present = byIndex(request, stream.present);
  const plan = planTakeOver({
    firstIndex,
    end: slice.end,
    sentUntil: identity.resume?.sentUntil,
    dueUntil: slice.dueBefore(nowMs - startedAtMs),
    ended: record?.ended ?? new IndexSet(),
    present: new Set(present.keys()),
    journalWhole: record?.attempts.has(identity.attempt - 1) ?? false,
  });
  for (const index of plan.adopt) {
    const object = present.get(index);
    if (object === undefined) continue;
    const sentMs = requestedAtMs(object);
    driver.adopt(index, dueMs(index, sentMs), object, sentMs);
  }
  for (const index of plan.release) {
    const ended = record?.unreleased.get(index);
    if (ended !== undefined) driver.release(ended, present.get(index)?.metadata.uid ?? null);
  }
  stream.handOver((event) => driver.observe(event));
  await Promise.all([
    ...plan.unknown.map((index) => driver.giveUp(index, dueMs(index), 'unknown')),
    ...plan.notSubmitted.map((index) => driver.giveUp(index, dueMs(index), 'not-submitted')),
  ]);
  return { first: () => plan.next };
}

async function clearLeftovers(stream: ClaimStream, scope: ClaimScope): Promise<void> {
  const calls = new ClaimCalls(scope);
  const leftovers = [...stream.present.values()];
  await Promise.all(leftovers.map(({ metadata }) => calls.remove(metadata.name, metadata.uid ?? null)));
  await stream.emptied(CLEARING_MS, scope.signal);
}

/** The earliest start that a claim which is there speaks of; null where none does. */
function startBySightings(slice: WindowSlice, present: ReadonlyMap<number, KubeObject>): number | null {
  const starts = [...present].flatMap(([index, object]) => {
    const sentMs = requestedAtMs(object);
    const offsetMs = slice.dueOffsetMs(index);
    return sentMs === null || offsetMs === Infinity ? [] : [sentMs - offsetMs];
  });
  return starts.length === 0 ? null : Math.min(...starts);
}

/** When a claim was sent, by its own annotation, with microseconds. Null where it does not say. */
function requestedAtMs(claim: KubeObject): number | null {
  const text = claim.metadata.annotations?.[CLIENT_REQUESTED_AT] ?? '';
  const [, seconds = '', fraction = '0'] = /^([^.Z]+)(\.\d+)?Z$/.exec(text) ?? [];
  const wholeMs = Date.parse(`${seconds}Z`);
  return Number.isNaN(wholeMs) ? null : wholeMs + Number(fraction) * 1000;
}

/** The claims' objects by index; a name that is none of this window's is passed over. */
function byIndex(request: WindowRequest, present: ReadonlyMap<string, KubeObject>): Map<number, KubeObject> {
  const prefix = claimName(request.plan.owner, request.windowIndex, 0).slice(0, -1);
  const found = new Map<number, KubeObject>();
  for (const [name, object] of present) {
    const index = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    const offset = index - (request.stretch ? 0 : request.firstIndex);
    const within = offset >= 0 && offset < (request.stretch ? Infinity : (request.arrivals ?? Infinity));
    if (Number.isSafeInteger(index) && within) found.set(index, object);
  }
  return found;
}
