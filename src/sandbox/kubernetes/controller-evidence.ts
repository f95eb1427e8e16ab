import type { EvidenceSource } from '../../domain/evidence.ts';
import type { Work } from '../../domain/work.ts';
import type { KubeClient, KubeObject } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { SandboxTarget } from '../agent-sandbox.ts';

/** By agent-sandbox's own manifests: the label of the controller's pods, and its Service with a port for metrics. */
const PODS = 'app=agent-sandbox-controller';
const METRICS_SERVICE = 'agent-sandbox-controller:metrics';

const MOST_PODS = 3;
/** The end of a log; and whatever the lines are like, no more than so much of it in memory. */
const LOG = { tailLines: '2000', limitBytes: String(2 * 1024 * 1024), timestamps: 'true' };

type Place = Pick<SandboxTarget, 'kube' | 'plan'>;

/** The end of the controller's log, where it runs as a pod; of a container that was restarted also the one before. */
export function controllerLog(target: Place): EvidenceSource {
  return {
    name: 'agent-sandbox-controller.log',
    about: "the end of the controller's log",
    keep: 'end',
    collect: async ({ signal }) => {
      const namespace = target.plan.sandbox.systemNamespace;
      const pods = await target.kube.list(RESOURCES.Pod, {
        namespace,
        labelSelector: PODS,
        limit: MOST_PODS,
        signal,
      });
      if (pods.items.length === 0) return `there is no pod with the label ${PODS} in ${namespace}\n`;
      return (await Promise.all(pods.items.map((pod) => logOf(target, pod, signal)))).join('\n');
    },
  };
}

export function controllerMetrics({ kube, plan }: Place): EvidenceSource {
  return {
    name: 'controller-metrics.txt',
    about: "the controller's metrics",
    keep: 'beginning',
    collect: (work) => controllerMetricsText(kube, plan.sandbox.systemNamespace, work),
  };
}

/** Through the API server, which reaches what we don't. */
export function controllerMetricsText(
  kube: KubeClient,
  namespace: string,
  { signal }: Pick<Work, 'signal'>,
): Promise<string> {
  return kube.text(`/api/v1/namespaces/${namespace}/services/${METRICS_SERVICE}/proxy/metrics`, { signal });
}

async function logOf({ kube, plan }: Place, pod: KubeObject, signal: AbortSignal): Promise<string> {
  const { name } = pod.metadata;
  const path = `/api/v1/namespaces/${plan.sandbox.systemNamespace}/pods/${name}/log`;
  const part = async (title: string, more: Record<string, string>) => {
    const query = new URLSearchParams({ ...LOG, ...more }).toString();
    const text = await kube
      .text(`${path}?${query}`, { signal })
      .catch(
        (error: unknown) => `not to be had: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    return `==> ${title}\n${text}`;
  };
  const status = pod['status'] as { containerStatuses?: { restartCount?: number }[] } | undefined;
  const restarted = status?.containerStatuses?.some(({ restartCount = 0 }) => restartCount > 0) === true;
  const before = restarted ? [await part(`pod ${name}, before its restart`, { previous: 'true' })] : [];
  return [...before, await part(`pod ${name}`, {})].join('\n');
}
