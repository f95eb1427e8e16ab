import { join } from 'node:path';
import type { SystemSample } from '../src/domain/system-sample.ts';
import { keepJournals } from '../src/load/keep-journals.ts';
import type { Dropped } from '../src/load/keep-journals.ts';
import { appendSeries } from '../src/load/series-file.ts';
import { mergeWindows } from '../src/measure/merge-windows.ts';
import type { SeriesDigest } from '../src/measure/series.ts';
import { NO_SERIES, withWindow } from '../src/measure/series.ts';
import type { Watched } from '../src/measure/watch.ts';
import { watchWindow } from '../src/measure/watch.ts';
import type { WindowResult } from '../src/measure/window-result.ts';
import { RESOURCES } from '../src/kubernetes/resources.ts';
import { reportFolder } from '../src/report/report-folder.ts';
import { seriesLine } from '../src/report/series-line.ts';
import type { SandboxInstallation } from '../src/sandbox/agent-sandbox.ts';
import { sampleSystem } from '../src/sandbox/kubernetes/sample-system.ts';
import type { ActivityWork } from './activity-work.ts';
import { asActivity } from './activity-work.ts';
import { controllerMetrics } from './controller-metrics.ts';
import { refuseUnentered } from './current-execution.ts';
import type { ActivityDeps } from './deps.ts';
import type { ForwardRequest, StepRequest } from './stages.ts';
import { withCluster } from './with-cluster.ts';

/** From the answer to the first claim: the window's activity is begun and connected by then. */
const LEAD_MS = 1_500;
/** A system that is slow to tell of itself holds nothing up for longer. */
const SAMPLE_MS = 45_000;
/** A disk may be full for a moment. */
const FILE_ATTEMPTS = 3;

export interface CloseRequest extends StepRequest {
  installation: SandboxInstallation | null;
  window: WindowResult;
  /** What its figures are added to; null where they stand for themselves. */
  into: WindowResult | null;
  /** When the window before had nothing more to send; null where there is none. */
  sentUntilMs: number | null;
  series: SeriesDigest | null;
  streaks: Record<string, number>;
}

/** A window that is counted. */
export interface ClosedWindow extends Watched {
  /** Null where there was nothing to add to. */
  merged: WindowResult | null;
  series: SeriesDigest;
  /** How long nothing could be sent before it. */
  gapMs: number;
  /** What could not be kept for want of disk. */
  dropped: Dropped;
  problems: string[];
  /** Its row, for people who watch. */
  shown: string;
}

export function windowActivities(deps: ActivityDeps) {
  return {
    /** When the first claim of a long load falls due, and in which cluster that is. */
    beginLoad(request: ForwardRequest): Promise<{ startsAtMs: number; clusterUid: string | null }> {
      return asActivity(async (work) => {
        refuseUnentered(request);
        const clusterUid = await withCluster(deps, request, work, async ({ kube }) => {
          const found = await kube.getMetadata(RESOURCES.Namespace, 'kube-system', { signal: work.signal });
          return found?.metadata.uid ?? null;
        });
        return { startsAtMs: Math.ceil(deps.nowMs() + LEAD_MS), clusterUid };
      });
    },
    /** A look at the system, the window's row in the series file, and what the rules say of it. */
    closeWindow(request: CloseRequest): Promise<ClosedWindow> {
      return asActivity(async (work) => {
        const { plan, spec, window, into, sentUntilMs } = request;
        const sample = await sampleOf(deps, request, work);
        const beganMs = Math.max(window.startedAtMs, window.openedAtMs);
        const gapMs = sentUntilMs === null ? 0 : Math.max(0, Math.round(beganMs - sentUntilMs));
        const { digest, row } = withWindow(request.series ?? NO_SERIES, window, sample, gapMs);
        const watched = watchWindow(
          spec.soak.watch,
          { window, row, digest, load: spec.load },
          request.streaks,
        );
        const problems: string[] = [];
        const folder = reportFolder(join(deps.baseFolder, spec.report.folder), plan.runName);
        const attempt = async <T>(act: () => Promise<T>, otherwise: T): Promise<T> => {
          try {
            return await act();
          } catch (error) {
            work.signal.throwIfAborted();
            if (work.attempt < FILE_ATTEMPTS) throw error;
            problems.push(error instanceof Error ? error.message : String(error));
            return otherwise;
          }
        };
        await attempt(() => appendSeries(folder, seriesLine(row, window, sample), deps.nowMs()), undefined);
        const mostBytes = spec.soak.mostDiskMiB * 1024 * 1024;
        const dropped = await attempt(
          () => keepJournals(folder, window.windowIndex, mostBytes, work.signal),
          { windows: 0, claims: 0 },
        );
        return {
          merged: into === null ? null : mergeWindows([into, window]),
          series: digest,
          gapMs,
          dropped,
          problems,
          shown: shownRow(row.window, row.figures),
          ...watched,
        };
      });
    },
    /** Every two windows as one; of an odd number the last one stays. */
    mergeWindows({ windows }: { windows: WindowResult[] }): Promise<{ windows: WindowResult[] }> {
      return asActivity(async () => {
        const merged: WindowResult[] = [];
        for (let at = 0; at < windows.length; at += 2) merged.push(mergeWindows(windows.slice(at, at + 2)));
        return { windows: merged };
      });
    },
  };
}

async function sampleOf(
  deps: ActivityDeps,
  request: CloseRequest,
  work: ActivityWork<never>,
): Promise<SystemSample> {
  const signal = AbortSignal.any([work.signal, AbortSignal.timeout(SAMPLE_MS)]);
  const during = { ...work, signal, progress: (text: string) => work.progress(text) };
  try {
    return await withCluster(deps, request, during, (target) =>
      sampleSystem(target, () => controllerMetrics(deps, request, during), signal),
    );
  } catch {
    work.signal.throwIfAborted();
    return {
      controllerMemoryBytes: null,
      controllerStartedAtSeconds: null,
      objects: null,
      storageBytes: null,
      pool: null,
      orphans: null,
      workerMemoryBytes: process.memoryUsage.rss(),
    };
  }
}

function shownRow(
  window: number,
  { p50Ms, p99Ms, failedFraction }: SeriesDigest['points'][number]['figures'],
): string {
  const ms = (value: number | null) => (value === null ? '-' : `${Math.round(value)} ms`);
  const failed = failedFraction === null ? '-' : `${Number((failedFraction * 100).toPrecision(3))} %`;
  return `Window ${window} is over: due to ready p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}, failed ${failed}`;
}
