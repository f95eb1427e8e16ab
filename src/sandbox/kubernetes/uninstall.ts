import { ConflictError, TimedOutError } from '../../domain/errors.ts';
import { LABELS } from '../../domain/names.ts';
import type { Work } from '../../domain/work.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { RemovalTarget } from '../agent-sandbox.ts';
import { listOrNone } from './list-or-none.ts';
import { describeLeft, removeAllOwned, removeNamespace } from './removal.ts';
import type { Waiting } from './removal.ts';
import { isOwned, nameSome } from './strangers.ts';

/** The kinds that our CRDs define. Deleting a CRD deletes all its objects, whoever's they are. */
const DEFINED = [
  RESOURCES.SandboxClaim,
  RESOURCES.SandboxWarmPool,
  RESOURCES.Sandbox,
  RESOURCES.SandboxTemplate,
] as const;

/** What the release's manifests hold in its namespace besides the Deployment. */
const IN_SYSTEM_NAMESPACE = [
  RESOURCES.Service,
  RESOURCES.RoleBinding,
  RESOURCES.Role,
  RESOURCES.ServiceAccount,
] as const;

/**
 * Controller, RBAC, CRDs, namespace, each gone before the next. An undo knows no manifests (the guard has no spec), so
 * all is found by label. An installation that is not the run's own is left alone. Refused with `ConflictError`, before anything is touched, while somebody else's objects of
 * the kinds that would go exist.
 */
export async function uninstall(target: RemovalTarget, timeoutMs: number, work: Work): Promise<void> {
  const { systemNamespace, install } = target.plan.sandbox;
  if (install === 'useExisting') return;
  const { signal } = work;
  const waiting: Waiting = { timeoutMs, signal };
  const inSystem: Waiting = { ...waiting, namespace: systemNamespace };
  await refuseToTakeOthers(target, signal);
  work.progress('removing the controller');
  // Foreground: its pods are gone before it is, and nobody acts on what is removed next.
  await removeAllOwned(target, RESOURCES.Deployment, { ...inSystem, propagation: 'Foreground' });
  for (const resource of IN_SYSTEM_NAMESPACE) await removeAllOwned(target, resource, inSystem);
  await removeAllOwned(target, RESOURCES.ClusterRoleBinding, waiting);
  await removeAllOwned(target, RESOURCES.ClusterRole, waiting);
  work.progress('removing the CRDs');
  await removeDefinitions(target, waiting);
  work.progress(`removing namespace ${systemNamespace}`);
  await removeNamespace(target, systemNamespace, waiting);
}

async function removeDefinitions(target: RemovalTarget, waiting: Waiting): Promise<void> {
  try {
    await removeAllOwned(target, RESOURCES.CustomResourceDefinition, waiting);
  } catch (error) {
    if (!(error instanceof TimedOutError)) throw error;
    const lists = await Promise.all(
      DEFINED.map((resource) => listOrNone(target.kube, resource, null, waiting.signal)),
    );
    throw new TimedOutError({
      object: "agent-sandbox's CRDs",
      what: `not gone in time; ${describeLeft(lists.flat())}`,
      next: 'see why whoever set the finalizers does not finish; none was stripped',
      cause: error,
    });
  }
}

const MOST_NAMED = 5;

async function refuseToTakeOthers(target: RemovalTarget, signal: AbortSignal): Promise<void> {
  const { kube, plan } = target;
  const definitions = await listOrNone(
    kube,
    RESOURCES.CustomResourceDefinition,
    null,
    signal,
    `${LABELS.owner}=${plan.owner}`,
  );
  const ours = new Set(definitions.map(({ metadata }) => metadata.name));
  const going = DEFINED.filter(({ plural, apiVersion }) => ours.has(`${plural}.${apiVersion.split('/')[0]}`));
  const lists = await Promise.all(going.map((resource) => listOrNone(kube, resource, null, signal)));
  const home = await kube.getMetadata(RESOURCES.Namespace, plan.sandbox.workloadNamespace, { signal });
  // Sandboxes carry nobody's label; those in a namespace of ours come from our claims and pool.
  const ourNamespace = home !== null && isOwned(home, plan.owner) ? home.metadata.name : null;
  const others = lists
    .flat()
    .filter((object) => !isOwned(object, plan.owner) && object.metadata.namespace !== ourNamespace);
  if (others.length === 0) return;
  const names = others.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
  throw new ConflictError({
    object: nameSome(names, MOST_NAMED),
    what: "removing agent-sandbox's CRDs would delete what is not this run's; nothing was removed",
    next: 'have their owners remove them, then tear down again',
  });
}
