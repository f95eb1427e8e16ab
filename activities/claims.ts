import { join } from 'node:path';
import type { ControllerHistogram } from '../src/report/report.ts';
import { reportFolder } from '../src/report/report-folder.ts';
import { readControllerHistogram } from '../src/sandbox/controller-metrics.ts';
import type { LoadOrders } from '../src/domain/load-orders.ts';
import { changesFrom } from '../src/domain/load-orders.ts';
import { runWindow } from '../src/load/run-window.ts';
import type { WindowPosition } from '../src/load/window.ts';
import type { WindowResult } from '../src/measure/window-result.ts';
import { asActivity } from './activity-work.ts';
import type { MetricsRequest } from './controller-metrics.ts';
import { controllerMetrics } from './controller-metrics.ts';
import { currentActivity, refuseUnentered } from './current-execution.ts';
import { followOrders } from './load-orders.ts';
import type { ActivityDeps } from './deps.ts';
import type { ForwardRequest } from './stages.ts';
import { mendCluster } from './mend-cluster.ts';
import { withCluster } from './with-cluster.ts';

/** The second attempt mostly follows on a worker's death: it loses no time with a look at the cluster. */
const MENDED_FROM = 3;

/** A window, and what its run has told of it so far. */
export interface WindowCall extends ForwardRequest {
  windowIndex: number;
  /** Its place on the timeline of the whole load; null where it is the whole load, and sets its own start. */
  window: { startedAtMs: number; fromMs: number } | null;
  orders: LoadOrders;
}

export function claimActivities(deps: ActivityDeps) {
  return {
    /** Drives one window of claims; a further attempt goes on where the one before stopped. */
    runClaims(request: WindowCall): Promise<WindowResult> {
      const { plan, spec, windowIndex, window: place, orders } = request;
      return asActivity<WindowResult, WindowPosition>(async (work) => {
        refuseUnentered(request);
        if (work.attempt >= MENDED_FROM) await mendCluster(deps, request, work);
        const metrics = deps.claimMetrics;
        const window = `${plan.owner}/${windowIndex}`;
        const known = place?.startedAtMs ?? work.resume?.startedAtMs ?? null;
        const ordered = followOrders(orders, windowIndex, known);
        const driven = withCluster(deps, { plan, spec }, work, ({ kube }) =>
          runWindow(
            {
              plan,
              load: spec.load,
              claim: spec.agentSandbox.claim,
              windowIndex,
              firstIndex: 0,
              arrivals: null,
              loadStartsAtMs: place?.startedAtMs ?? null,
              stretch: place === null ? null : { fromMs: place.fromMs, untilMs: orders.untilMs },
              changes: known === null ? [] : changesFrom(known, orders),
            },
            {
              kube,
              host: deps.host,
              folder: reportFolder(join(deps.baseFolder, spec.report.folder), plan.runName),
              activity: currentActivity(),
              attempt: work.attempt,
              resume: work.resume,
              heartbeat: (position, live) => {
                work.position(position, live);
                ordered.started(position.startedAtMs);
                metrics?.window(window, live);
              },
              ended: (claim) => metrics?.ended(claim),
              changes: ordered.listen,
              signal: work.signal,
            },
          ),
        );
        return driven.finally(() => metrics?.window(window, null));
      });
    },
    /** The controller's own histogram, or null where it cannot be read: a missing figure must not fail a run. */
    readControllerHistogram(request: MetricsRequest): Promise<ControllerHistogram | null> {
      return asActivity(async (work) => {
        const during = { ...work, signal: AbortSignal.any([work.signal, AbortSignal.timeout(METRICS_MS)]) };
        try {
          const text = await controllerMetrics(deps, request, during);
          return text === null ? null : readControllerHistogram(text);
        } catch {
          return null;
        }
      });
    },
  };
}

const METRICS_MS = 10_000;
