import { join } from 'node:path';
import type { ControllerHistogram } from '../src/report/report.ts';
import type { Work } from '../src/domain/work.ts';
import { reportFolder } from '../src/report/report-folder.ts';
import { readControllerHistogram } from '../src/sandbox/controller-metrics.ts';
import type { SandboxInstallation } from '../src/sandbox/agent-sandbox.ts';
import { runWindow } from '../src/load/run-window.ts';
import type { WindowPosition } from '../src/load/window.ts';
import type { WindowResult } from '../src/measure/window-result.ts';
import { asActivity } from './activity-work.ts';
import { currentActivity, refuseUnentered } from './current-execution.ts';
import type { ActivityDeps } from './deps.ts';
import type { ForwardRequest, StepRequest } from './stages.ts';
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
    readControllerHistogram(request: HistogramRequest): Promise<ControllerHistogram | null> {
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

interface HistogramRequest extends StepRequest {
  installation: SandboxInstallation | null;
}

const METRICS_MS = 10_000;

/** Of a process from itself, of a pod through the API server, where that is allowed. */
async function controllerMetrics(
  deps: ActivityDeps,
  { plan, spec, installation }: HistogramRequest,
  work: Work,
): Promise<string | null> {
  if (installation === null) return null;
  if (installation.process !== null) {
    const answer = await fetch(installation.process.metricsUrl, { signal: work.signal });
    return answer.ok ? answer.text() : null;
  }
  const sandbox = deps.agentSandbox(plan.sandbox.type);
  if (sandbox.controllerMetrics === undefined) return null;
  const read = sandbox.controllerMetrics;
  return withCluster(deps, { plan, spec }, work, (target) => read(target, work));
}
