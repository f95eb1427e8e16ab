import { claimName } from '../domain/names.ts';
import type { KubeObject } from '../kubernetes/kube-client.ts';
import { CLIENT_REQUESTED_AT } from '../sandbox/claim-manifest.ts';
import { dueBefore, dueOffsetMs } from './arrivals.ts';
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
import { beginsAnew } from './window-record.ts';
import type { AttemptIdentity, WindowRecord } from './window-record.ts';

/** From opening the window to its first arrival, so that the first one is not late by what opening takes. */
const LEAD_MS = 20;
/** How long claims of an earlier life of the run may take to go before the window begins. */
const CLEARING_MS = 60_000;

/** A window's due times count from its start. */
export interface Timeline {
  /** When the first arrival falls or fell due; epoch milliseconds. */
  startedAtMs: number;
  /** No driver before this one sent anything: what falls due while it gets ready is late, and nothing else. */
  fresh: boolean;
}

/** What a window's start is decided by. */
export interface WindowStart {
  request: WindowRequest;
  identity: AttemptIdentity;
  record: WindowRecord | null;
  journal: WindowJournal;
  stream: ClaimStream;
}

/**
 * The window's timeline; written into a journal that does not hold it yet. A window that begins anew first clears what
 * an earlier life of the run left under its names, for it would be taken for the new.
 */
export async function startTimeline(start: WindowStart, scope: ClaimScope): Promise<Timeline> {
  const { request, identity, record, journal, stream } = start;
  if (beginsAnew(identity)) await clearLeftovers(stream, scope);
  const before =
    identity.resume?.startedAtMs ??
    record?.startedAtMs ??
    startBySightings(request, byIndex(request, stream.present));
  const startedAtMs = before ?? epochMs() + LEAD_MS;
  if (record === null) {
    const { windowIndex } = request;
    const { activity, attempt } = identity;
    await journal.append({ start: { windowIndex, activity, attempt, startedAtMs } });
  }
  return { startedAtMs, fresh: before === null };
}

/**
 * Decides about every claim that fell due before now, hands the watch over to the driver, and says which arrivals are
 * still to come.
 */
export async function takeOver(
  { request, identity, record, stream }: WindowStart,
  { startedAtMs, fresh }: Timeline,
  driver: ClaimDriver,
): Promise<Pick<OpenLoop, 'first' | 'end' | 'dueMs'>> {
  const { firstIndex, arrivals, load } = request;
  const dueMs = (index: number): number => startedAtMs + dueOffsetMs(index - firstIndex, load.qps);
  if (fresh) {
    stream.handOver((event) => driver.observe(event));
    return { first: firstIndex, end: firstIndex + arrivals, dueMs };
  }
  const present = byIndex(request, stream.present);
  const plan = planTakeOver({
    firstIndex,
    arrivals,
    dueUntil: firstIndex + dueBefore(epochMs() - startedAtMs, load.qps, arrivals),
    ended: record?.ended ?? new IndexSet(),
    present: new Set(present.keys()),
    journalWhole: record?.attempts.has(identity.attempt - 1) ?? false,
  });
  for (const index of plan.adopt) {
    const object = present.get(index);
    if (object !== undefined) driver.adopt(index, dueMs(index), object, requestedAtMs(object));
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
  return { first: plan.next, end: firstIndex + arrivals, dueMs };
}

async function clearLeftovers(stream: ClaimStream, scope: ClaimScope): Promise<void> {
  const calls = new ClaimCalls(scope);
  const leftovers = [...stream.present.values()];
  await Promise.all(leftovers.map(({ metadata }) => calls.remove(metadata.name, metadata.uid ?? null)));
  await stream.emptied(CLEARING_MS, scope.signal);
}

/** The earliest start that a claim which is there speaks of; null where none does. */
function startBySightings(request: WindowRequest, present: ReadonlyMap<number, KubeObject>): number | null {
  const starts = [...present].flatMap(([index, object]) => {
    const sentMs = requestedAtMs(object);
    return sentMs === null ? [] : [sentMs - dueOffsetMs(index - request.firstIndex, request.load.qps)];
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
    const offset = index - request.firstIndex;
    if (Number.isSafeInteger(index) && offset >= 0 && offset < request.arrivals) found.set(index, object);
  }
  return found;
}
