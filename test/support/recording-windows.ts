import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { asActivity } from '../../activities/activity-work.ts';
import type { WindowCall } from '../../activities/claims.ts';
import { refuseUnentered } from '../../activities/current-execution.ts';
import type { Activities } from '../../activities/index.ts';
import { followOrders } from '../../activities/load-orders.ts';
import type { CloseRequest } from '../../activities/windows.ts';
import { UnworkableError } from '../../src/domain/errors.ts';
import type { SystemSample } from '../../src/domain/system-sample.ts';
import { mergeWindows } from '../../src/measure/merge-windows.ts';
import { NO_SERIES, withWindow } from '../../src/measure/series.ts';
import type { WindowResult } from '../../src/measure/window-result.ts';
import { goodWindow } from '../measure/window-result-samples.ts';
import type { RecordingWorld, SeenWindow } from './recording-world.ts';

type Windows = Pick<Activities, 'beginLoad' | 'runClaims' | 'closeWindow' | 'mergeWindows'>;

const SAMPLE: SystemSample = {
  controllerMemoryBytes: 50_000_000,
  controllerStartedAtSeconds: 1_000,
  objects: { pods: 20, secrets: 5 },
  storageBytes: 1_000_000,
  pool: { ready: 20, wanted: 20 },
  orphans: { sandboxes: 0, pods: 0 },
  workerMemoryBytes: 100_000_000,
};

/** From hearing that it is to stop until a driver has stopped. */
const STOPPING_MS = 300;

/** Windows that send nothing. `whole` does a load that is one window. */
export function recordingWindows(world: RecordingWorld, whole: Windows['runClaims']): Windows {
  const failures = new Map<string, number>();
  return {
    beginLoad: (request) =>
      asActivity(async () => {
        refuseUnentered(request);
        return { startsAtMs: Date.now() + 50, clusterUid: request.plan.cluster.name };
      }),
    runClaims: (request) =>
      request.window === null
        ? whole(request)
        : asActivity((work) => drive(world, failures, request, work.signal)).finally(() =>
            over(world, request),
          ),
    closeWindow: (request) => asActivity(async () => close(world, request)),
    mergeWindows: ({ windows }) =>
      asActivity(async () => ({
        windows: windows.flatMap((_, at) => (at % 2 === 0 ? [mergeWindows(windows.slice(at, at + 2))] : [])),
      })),
  };
}

function over(world: RecordingWorld, { plan, windowIndex }: WindowCall): void {
  for (const seen of world.windows)
    if (seen.runName === plan.runName && seen.index === windowIndex) seen.over = true;
}

async function drive(
  world: RecordingWorld,
  failures: Map<string, number>,
  request: WindowCall,
  signal: AbortSignal,
): Promise<WindowResult> {
  refuseUnentered(request);
  const { plan, windowIndex, window, orders } = request;
  const { slowWindows, failWindow } = world.faultsOf(plan);
  const { startedAtMs = 0, fromMs = 0 } = window ?? {};
  const seen: SeenWindow = {
    runName: plan.runName,
    index: windowIndex,
    fromMs,
    untilMs: orders.untilMs,
    startedAtMs,
    begunMs: Date.now(),
    endedMs: null,
    over: false,
    by: Context.current().info.workflowExecution?.runId ?? '',
    changes: orders.changes,
  };
  const twice = world.windows.find(
    ({ runName, index, over }) => runName === plan.runName && index >= windowIndex && !over,
  );
  if (twice !== undefined) world.violations.push(`window ${windowIndex} while ${twice.index} was sent`);
  world.windows.push(seen);
  if (failWindow?.index === windowIndex) {
    const times = (failures.get(plan.owner) ?? 0) + 1;
    failures.set(plan.owner, times);
    if (times <= failWindow.times)
      throw new UnworkableError({ what: 'is to fail', object: 'window', next: 'look on' });
  }
  if (slowWindows === true) {
    const ordered = followOrders(orders, windowIndex, startedAtMs);
    const deaf = await ordered.listen((changes, untilMs) => Object.assign(seen, { changes, untilMs }));
    try {
      while (Date.now() < startedAtMs + (seen.untilMs ?? 0)) await sleep(20, undefined, { signal });
    } catch {
      await sleep(STOPPING_MS);
      throw signal.reason;
    } finally {
      deaf();
    }
  }
  seen.endedMs = Date.now();
  const beginsMs = startedAtMs + fromMs;
  return {
    ...goodWindow(),
    windowIndex,
    startedAtMs: beginsMs,
    openedAtMs: seen.begunMs,
    sentUntilMs: startedAtMs + (seen.untilMs ?? fromMs),
    endedAtMs: seen.endedMs,
  };
}

function close(world: RecordingWorld, request: CloseRequest): Awaited<ReturnType<Windows['closeWindow']>> {
  const { plan, window, into, sentUntilMs, series } = request;
  const beganMs = Math.max(window.startedAtMs, window.openedAtMs);
  const gapMs = sentUntilMs === null ? 0 : Math.max(0, Math.round(beganMs - sentUntilMs));
  const { watched } = world.faultsOf(plan);
  const missed =
    watched?.index === window.windowIndex
      ? [{ text: `orphans <= 0 was missed in window ${watched.index}`, action: watched.action }]
      : [];
  return {
    merged: into === null ? null : mergeWindows([into, window]),
    series: withWindow(series ?? NO_SERIES, window, SAMPLE, gapMs).digest,
    streaks: {},
    missed,
    gapMs,
    dropped: { windows: 0, claims: 0 },
    problems: [],
    shown: `window ${window.windowIndex} is over`,
  };
}
