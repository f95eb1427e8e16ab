import { join } from 'node:path';
import type { ControllerHistogram } from '../src/report/report.ts';
import { reportFolder } from '../src/report/report-folder.ts';
import { readControllerHistogram } from '../src/sandbox/controller-metrics.ts';
import type { SandboxInstallation } from '../src/sandbox/agent-sandbox.ts';
import { runWindow } from '../src/load/run-window.ts';
import type { WindowPosition } from '../src/load/window.ts';
import type { WindowResult } from '../src/measure/window-result.ts';
import { asActivity } from './activity-work.ts';
import { currentActivity, refuseUnentered } from './current-execution.ts';
import type { ActivityDeps } from './deps.ts';
import type { ForwardRequest } from './stages.ts';
import { mendCluster } from './mend-cluster.ts';
import { withCluster } from './with-cluster.ts';

/** The second attempt mostly follows on a worker's death: it loses no time with a look at the cluster. */
const MENDED_FROM = 3;

export function claimActivities(deps: ActivityDeps) {
  return {
    /** Drives one window of claims; a further attempt goes on where the one before stopped. */
    runClaims(request: ForwardRequest & { windowIndex: number }): Promise<WindowResult> {
      const { plan, spec, windowIndex } = request;
      return asActivity<WindowResult, WindowPosition>(async (work) => {
        refuseUnentered(request);
        if (work.attempt >= MENDED_FROM) await mendCluster(deps, request, work);
        const metrics = deps.claimMetrics;
        const window = `${plan.owner}/${windowIndex}`;
        const driven = withCluster(deps, { plan, spec }, work, ({ kube }) =>
          runWindow(
            {
              plan,
              load: spec.load,
              claim: spec.agentSandbox.claim,
              windowIndex,
              firstIndex: 0,
              arrivals: spec.load.total,
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
                metrics?.window(window, live);
              },
              ended: (claim) => metrics?.ended(claim),
              signal: work.signal,
            },
          ),
        );
        return driven.finally(() => metrics?.window(window, null));
      });
    },
    /** The controller's own histogram, or null where it cannot be read: a missing figure must not fail a run. */
    readControllerHistogram({
      installation,
    }: {
      installation: SandboxInstallation | null;
    }): Promise<ControllerHistogram | null> {
      return asActivity(async (work) => {
        const url = installation?.process?.metricsUrl;
        if (url === undefined) return null;
        try {
          const answer = await fetch(url, {
            signal: AbortSignal.any([work.signal, AbortSignal.timeout(10_000)]),
          });
          return answer.ok ? readControllerHistogram(await answer.text()) : null;
        } catch {
          return null;
        }
      });
    },
  };
}
