import type { EvidenceSource } from '../../domain/evidence.ts';
import type { KubeObject, KubeResource } from '../../kubernetes/kube-client.ts';
import { lookThrough } from '../../kubernetes/look-through.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { SandboxTarget } from '../agent-sandbox.ts';
import { controllerLog, controllerMetrics } from './controller-evidence.ts';
import { EventLog } from './event-log.ts';
import { liveManifest } from './live-manifest.ts';
import { apiServerMetrics } from './metric-families.ts';
import { UnreadyObjects } from './unready-text.ts';

/** Objects in one answer, and objects of a kind that are looked at: seconds, and some megabytes, whatever is there. */
const PAGE_SIZE = 500;
const MOST_OBJECTS = 20_000;

/** What a cluster itself tells about a run that failed in it. Secrets are never asked for. */
export function evidenceSources(target: SandboxTarget): EvidenceSource[] {
  return [
    {
      name: 'unready.txt',
      about: 'objects that were not ready, by what they complain about',
      keep: 'beginning',
      collect: ({ signal }) => unreadyObjects(target, signal),
    },
    {
      name: 'events.txt',
      about: "newest events of the workload's and the controller's namespace",
      keep: 'end',
      collect: ({ signal }) => events(target, signal),
    },
    {
      name: 'manifests.yaml',
      about: 'Deployment, template and pool as they were in the cluster',
      keep: 'beginning',
      collect: ({ signal }) => manifests(target, signal),
    },
    {
      name: 'apiserver-metrics.txt',
      about: "the API server's own figures",
      keep: 'beginning',
      collect: async ({ signal }) => apiServerMetrics(await target.kube.text('/metrics', { signal })),
    },
    // Where it runs as a process, log and metrics are the provider's to give.
    ...(target.runDeployment === null ? [controllerLog(target), controllerMetrics(target)] : []),
  ];
}

/** Looks at each place in turn; what one of them denies, or time does, is said in its own text. */
async function unreadyObjects({ kube, plan }: SandboxTarget, signal: AbortSignal): Promise<string> {
  const { workloadNamespace: workload, systemNamespace: system } = plan.sandbox;
  const places: [KubeResource, string | null][] = [
    [RESOURCES.Deployment, system],
    [RESOURCES.Pod, system],
    [RESOURCES.SandboxWarmPool, workload],
    [RESOURCES.SandboxClaim, workload],
    [RESOURCES.Sandbox, workload],
    [RESOURCES.Pod, workload],
    [RESOURCES.Node, null],
  ];
  const texts = places.map(async ([resource, namespace]) => {
    const unready = new UnreadyObjects(
      namespace === null ? resource.kind : `${resource.kind} in ${namespace}`,
    );
    const trouble = await seeAll({ kube }, resource, namespace, signal, (object) => unready.add(object));
    return unready.text(trouble);
  });
  return (await Promise.all(texts)).join('\n');
}

async function events({ kube, plan }: SandboxTarget, signal: AbortSignal): Promise<string> {
  const { workloadNamespace, systemNamespace } = plan.sandbox;
  const namespaces = [...new Set([systemNamespace, workloadNamespace])];
  const texts = namespaces.map(async (namespace) => {
    const log = new EventLog();
    const trouble = await seeAll({ kube }, RESOURCES.Event, namespace, signal, (event) => log.add(event));
    return log.text(namespace, trouble);
  });
  return (await Promise.all(texts)).join('\n');
}

/** Why not everything was seen, in words; null where it was. What was seen before an error stays seen. */
async function seeAll(
  { kube }: Pick<SandboxTarget, 'kube'>,
  resource: KubeResource,
  namespace: string | null,
  signal: AbortSignal,
  see: (object: KubeObject) => void,
): Promise<string | null> {
  const where = namespace === null ? {} : { namespace };
  const bounds = { pageSize: PAGE_SIZE, most: MOST_OBJECTS };
  try {
    const { seen, all } = await lookThrough(kube, resource, { ...where, ...bounds, signal }, see);
    return all ? null : `only the first ${seen} were looked at`;
  } catch (error) {
    return `the look was cut short: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function manifests({ kube, plan }: SandboxTarget, signal: AbortSignal): Promise<string> {
  const { systemNamespace, workloadNamespace, template, warmPool } = plan.sandbox;
  const { items } = await kube.list(RESOURCES.Deployment, { namespace: systemNamespace, limit: 10, signal });
  const named: [KubeResource, string][] = [
    [RESOURCES.SandboxTemplate, template],
    [RESOURCES.SandboxWarmPool, warmPool],
  ];
  const texts = named.map(async ([resource, name]) => {
    try {
      const object = await kube.get(resource, name, { namespace: workloadNamespace, signal });
      return object === null
        ? `# there is no ${resource.kind} ${workloadNamespace}/${name}\n`
        : liveManifest(object);
    } catch (error) {
      return `# ${error instanceof Error ? error.message : String(error)}\n`;
    }
  });
  const documents = [...items.map(liveManifest), ...(await Promise.all(texts))];
  return documents.map((document) => `---\n${document}`).join('');
}
