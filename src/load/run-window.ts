import { LABELS } from '../domain/names.ts';
import type { KubeClient } from '../kubernetes/kube-client.ts';
import type { WindowLive } from '../measure/window-live.ts';
import type { ClaimTimeline, WindowResult } from '../measure/window-result.ts';
import { Bell } from './bell.ts';
import { ClaimDriver } from './claim-driver.ts';
import { ClaimStream } from './claim-stream.ts';
import { Resting } from './closed-loop.ts';
import { epochMs } from './epoch-clock.ts';
import { apiSince } from './api-since.ts';
import { startGeneratorStats } from './generator-stats.ts';
import { LiveLimit } from './live-limit.ts';
import type { ListenForChanges } from './load-changes.ts';
import { sendClaims } from './send-claims.ts';
import type { WindowPosition, WindowRequest } from './window.ts';
import { openJournal } from './window-record.ts';
import { WindowSlice } from './window-slice.ts';
import { startTimeline, takeOver } from './window-start.ts';
import { WindowTally } from './window-tally.ts';

/** A process that stood still for longer does not make up for it: a stopped laptop must not fire minutes at once. */
const STALL_MS = 5_000;
const HEARTBEAT_MS = 1_000;

/** The window's world. */
export interface WindowDeps {
  kube: KubeClient;
  /** The run's folder; the journal is made in it. */
  folder: string;
  /** This machine, for people who look for the journal. */
  host: string;
  /** `<execution's run id>/<activity id>`: what the attempts at this window have in common, and no others. */
  activity: string;
  /** From 1. The first one without a position begins anew; any other goes on where the one before stopped. */
  attempt: number;
  resume: WindowPosition | null;
  /** Called about once a second, from the moment when the timeline stands. */
  heartbeat(position: WindowPosition, live: WindowLive): void;
  /** Told of each claim that this attempt sees the end of, and of no other's. */
  ended?: ((claim: ClaimTimeline) => void) | undefined;
  /** Left out, nothing changes but what the request says. */
  changes?: ListenForChanges | undefined;
  signal: AbortSignal;
  /** How long this process may stand still and make up for it all the same; 5 s unless set. */
  stallMs?: number;
}

/** Closes one thing that the window opened. */
type Close = () => void | Promise<void>;

/**
 * Drives one window of claims to the end of the last one and says what became of each; that none became ready is for
 * the caller to judge. A claim has timed out when it is not ready `readyTimeout` after its send. When aborted it stops
 * sending, leaves live claims to the next attempt or to the unwind, and throws the signal's reason. Throws what watch
 * or journal could not get over. Either way nothing goes on running behind it.
 */
export async function runWindow(request: WindowRequest, deps: WindowDeps): Promise<WindowResult> {
  deps.signal.throwIfAborted();
  const stopping = new AbortController();
  const abort = (): void => stopping.abort(deps.signal.reason);
  deps.signal.addEventListener('abort', abort, { once: true });
  const opened: Close[] = [() => deps.signal.removeEventListener('abort', abort)];
  try {
    return await drive(request, deps, stopping, opened);
  } catch (error) {
    stopping.abort(error);
    throw stopping.signal.reason;
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

async function drive(
  request: WindowRequest,
  deps: WindowDeps,
  stopping: AbortController,
  opened: Close[],
): Promise<WindowResult> {
  const { kube, activity, attempt, host, folder, resume } = deps;
  const { windowIndex } = request;
  const { signal } = stopping;
  const identity = { activity, attempt, resume };
  const connectionsBefore = kube.connectionsOpened;
  const callsBefore = kube.calls?.() ?? null;
  const bell = new Bell();
  const closed = request.load.arrivals.shape === 'closedLoop';
  const limit = new LiveLimit(request.load.maxConcurrent, closed ? () => bell.ring() : undefined);
  const rest = new Resting();
  const slice = new WindowSlice(request);
  const tally = new WindowTally(slice.end - slice.firstIndex);
  const deaf = await deps.changes?.((changes, untilMs) => {
    slice.change(changes, untilMs);
    tally.due = slice.end - slice.firstIndex;
    bell.ring();
  });
  if (deaf !== undefined) opened.push(deaf);
  const scope = { ...request, kube, attempt, signal };

  const { journal, record } = await openJournal({ folder, windowIndex }, identity, tally);
  opened.push(() => journal.close());
  const stream = watchClaims(request, kube, stopping);
  opened.push(() => stream.end());
  await stream.started;
  const start = { request, slice, identity, record, journal, stream };
  const timeline = await startTimeline(start, scope);
  const { startedAtMs } = timeline;

  const fail = (error: unknown): void => stopping.abort(error);
  const ended = (claim: ClaimTimeline): void => {
    rest.ended(claim);
    deps.ended?.(claim);
  };
  const phaseOf = (index: number): string | undefined => slice.phaseOf(index);
  const driver = new ClaimDriver({ ...scope, limit, journal, tally, fail, ended, phaseOf });
  opened.push(() => driver.drained());
  const stats = startGeneratorStats();
  opened.push(() => stats.stop());
  let sentUntil = resume?.sentUntil ?? slice.firstIndex;
  const beat = (): void => {
    // In a closed loop nothing is due before it is sent, and nobody knows how many there will be.
    if (closed) tally.due = tally.counts.submitted + tally.counts.notSubmitted + driver.underWay;
    const dueByNow = closed ? tally.counts.due : slice.dueBefore(epochMs() - startedAtMs) - slice.firstIndex;
    const position = { startedAtMs, attempt, ...(closed ? { sentUntil } : {}) };
    deps.heartbeat(position, liveFigures(tally, limit, driver.underWay, dueByNow));
  };
  const heart = setInterval(beat, HEARTBEAT_MS);
  opened.push(() => clearInterval(heart));
  beat();

  const { first } = await takeOver(start, timeline, driver);
  // Of an attempt that goes on nobody knows when the first one could send; what it missed is counted, and no gap.
  const openedAtMs = timeline.fresh ? epochMs() : startedAtMs + slice.startOffsetMs;
  const stallMs = deps.stallMs ?? STALL_MS;
  const sent = (index: number): void => {
    sentUntil = index + 1;
  };
  const sending = { request, slice, driver, limit, rest, bell, startedAtMs, first, stallMs, signal, sent };
  const end = await sendClaims(sending);
  tally.due = end - slice.firstIndex;
  const sentUntilMs = epochMs();
  await driver.drained();
  signal.throwIfAborted();
  beat(); // whoever watches sees the end of it
  return {
    windowIndex,
    startedAtMs: startedAtMs + slice.startOffsetMs,
    ...tally.result(),
    openedAtMs,
    sentUntilMs,
    endedAtMs: epochMs(),
    generator: {
      attempts: attempt,
      peakConcurrent: limit.peak,
      delayedByMaxConcurrent: limit.delays.delayed,
      longestDelayMs: limit.delays.longestDelayMs,
      eventLoopDelayP99Ms: stats.eventLoopDelayP99Ms(),
      cpuSeconds: stats.cpuSeconds(),
      watchResumed: stream.stats.resumed,
      watchRelisted: stream.stats.relisted,
      connectionsOpened: kube.connectionsOpened - connectionsBefore,
      ...apiSince(kube, callsBefore),
    },
    journal: { host, path: journal.path },
  };
}

/** A watch that is beyond repair ends the window: without it no claim would ever be seen to be ready. */
function watchClaims(request: WindowRequest, kube: KubeClient, stopping: AbortController): ClaimStream {
  const { plan, windowIndex } = request;
  const stream = new ClaimStream(kube, {
    namespace: plan.sandbox.workloadNamespace,
    labelSelector: `${LABELS.owner}=${plan.owner},${LABELS.window}=${windowIndex}`,
    signal: stopping.signal,
  });
  stream.finished.catch((error: unknown) => stopping.abort(error));
  return stream;
}

function liveFigures(tally: WindowTally, limit: LiveLimit, underWay: number, dueByNow: number): WindowLive {
  const { due, submitted, ready, failed, timedOut } = tally.counts;
  return {
    due,
    dueByNow,
    sent: submitted + underWay,
    ended: submitted,
    live: limit.live,
    ready,
    failed: failed + timedOut,
    dueToReady: tally.dueToReadySoFar(),
  };
}
