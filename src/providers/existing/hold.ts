import type { Owner } from '../../domain/names.ts';
import { LABELS } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { KubeClient, KubeObject } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import { UNKNOWN_HOME } from '../cluster-home.ts';
import type { ClusterHome } from '../provider.ts';

/**
 * The object by which a run holds a cluster: one Lease in the one namespace that every cluster has. A namespace of our
 * own would have to be made before it and to go after it, by whom of two runs that follow each other?
 */
export const HOLD = { name: 'sandtide', namespace: 'default' } as const;

const ANNOTATIONS = {
  runName: 'sandtide.dev/run-name',
  home: 'sandtide.dev/home',
  cluster: 'sandtide.dev/cluster',
  location: 'sandtide.dev/location',
} as const;

/** Whoever holds a cluster, as its Lease says. */
export interface Hold {
  uid: string;
  resourceVersion: string;
  owner: Owner;
  runName: string;
  /** Unix seconds; 0 where it can't be read. */
  leaseUntilSeconds: number;
  /** Name and location of the handle that it was taken with. A run that takes a cluster over keeps both. */
  cluster: string;
  location: string;
  home: ClusterHome;
}

/** Who holds the cluster; null where nobody does. */
export async function readHold(kube: KubeClient, signal: AbortSignal): Promise<Hold | null> {
  const found = await kube.get(RESOURCES.Lease, HOLD.name, { namespace: HOLD.namespace, signal });
  return found === null ? null : holdOf(found);
}

/** Takes it for the plan. Throws `AlreadyExistsError` where somebody was quicker. */
export async function createHold(
  kube: KubeClient,
  plan: Plan,
  home: ClusterHome,
  signal: AbortSignal,
): Promise<void> {
  const { apiVersion, kind } = RESOURCES.Lease;
  const { labels, annotations, spec } = content(plan, home);
  const lease: KubeObject = {
    apiVersion,
    kind,
    metadata: { ...HOLD, labels, annotations },
    spec: { ...spec, acquireTime: new Date().toISOString().replace('Z', '000Z') },
  };
  await kube.create(RESOURCES.Lease, lease, { namespace: HOLD.namespace, signal });
}

/**
 * Writes the plan's owner and lease over the hold that was read. Throws `ConflictError` where it has become another one
 * since.
 */
export async function writeHold(
  kube: KubeClient,
  { uid, resourceVersion }: Hold,
  plan: Plan,
  home: ClusterHome,
  signal: AbortSignal,
): Promise<void> {
  const { labels, annotations, spec } = content(plan, home);
  const patch = { metadata: { uid, resourceVersion, labels, annotations }, spec };
  await kube.mergePatch(RESOURCES.Lease, HOLD.name, patch, { namespace: HOLD.namespace, signal });
}

/**
 * Lets go of it; of that very one, if it is still there. Throws `UnavailableError` where somebody has renewed it or taken
 * it over since it was read: what was read of it decides no more.
 */
export async function deleteHold(
  kube: KubeClient,
  { uid, resourceVersion }: Hold,
  signal: AbortSignal,
): Promise<void> {
  await kube.delete(RESOURCES.Lease, HOLD.name, { namespace: HOLD.namespace, uid, resourceVersion, signal });
}

function content(plan: Plan, home: ClusterHome) {
  const { cluster, labels, runName, leaseUntilSeconds } = plan;
  const now = new Date();
  return {
    labels,
    annotations: {
      [ANNOTATIONS.runName]: runName,
      [ANNOTATIONS.home]: JSON.stringify(home),
      [ANNOTATIONS.cluster]: cluster.name,
      [ANNOTATIONS.location]: cluster.location,
    },
    // What `kubectl get leases` shows. A MicroTime wants six digits.
    spec: {
      holderIdentity: `${runName} (sandtide)`,
      leaseDurationSeconds: Math.max(1, leaseUntilSeconds - Math.floor(now.getTime() / 1000)),
      renewTime: now.toISOString().replace('Z', '000Z'),
    },
  };
}

function holdOf({ metadata }: KubeObject): Hold {
  const { uid = '', resourceVersion = '', labels = {}, annotations = {} } = metadata;
  const lease = Number(labels[LABELS.leaseUntil] ?? '');
  return {
    uid,
    resourceVersion,
    owner: labels[LABELS.owner] ?? '',
    runName: annotations[ANNOTATIONS.runName] ?? '',
    leaseUntilSeconds: Number.isSafeInteger(lease) ? lease : 0,
    cluster: annotations[ANNOTATIONS.cluster] ?? '',
    location: annotations[ANNOTATIONS.location] ?? '',
    home: homeOf(annotations[ANNOTATIONS.home]),
  };
}

function homeOf(text: string | undefined): ClusterHome {
  try {
    const home = JSON.parse(text ?? '') as ClusterHome;
    if (home.kind === 'temporal' || home.kind === 'embedded') return home;
  } catch {
    // as below
  }
  return UNKNOWN_HOME;
}
