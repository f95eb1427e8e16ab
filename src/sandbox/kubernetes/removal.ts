import { TimedOutError } from '../../domain/errors.ts';
import { formatDuration } from '../../domain/durations.ts';
import { LABELS } from '../../domain/names.ts';
import { NotFoundError } from '../../kubernetes/api-errors.ts';
import type { KubeObject, KubeResource } from '../../kubernetes/kube-client.ts';
import { removeOwned, waitUntilGone } from '../../kubernetes/remove.ts';
import type { Removal } from '../../kubernetes/remove.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { RemovalTarget } from '../agent-sandbox.ts';
import { listOrNone } from './list-or-none.ts';
import { nameSome } from './strangers.ts';

/** Where, how thoroughly, and how long one attempt waits before it names what is stuck; whoever calls may try again. */
export interface Waiting {
  timeoutMs: number;
  signal: AbortSignal;
  namespace?: string;
  propagation?: 'Background' | 'Foreground';
}

/** Removes one object if it is ours and returns when it is gone. Another's of that name is left alone, which is success. */
export async function removeAndWait(
  { kube, plan }: RemovalTarget,
  resource: KubeResource,
  name: string,
  waiting: Waiting,
): Promise<Removal> {
  const { propagation, timeoutMs, ...where } = waiting;
  const removal = await removeOwned(kube, resource, name, {
    ...where,
    owner: plan.owner,
    ...(propagation === undefined ? {} : { propagation }),
  });
  if (removal === 'removed')
    await goneOrNoSuchKind(waitUntilGone(kube, resource, { ...where, name, timeoutMs }));
  return removal;
}

/** Removes everything of a kind that carries our label, and returns when it is gone. */
export async function removeAllOwned(
  target: RemovalTarget,
  resource: KubeResource,
  waiting: Waiting,
): Promise<void> {
  const { namespace = null, signal } = waiting;
  const selector = `${LABELS.owner}=${target.plan.owner}`;
  const found = await listOrNone(target.kube, resource, namespace, signal, selector);
  await Promise.all(found.map(({ metadata }) => removeAndWait(target, resource, metadata.name, waiting)));
}

/** Kinds that a workload namespace holds; one of them is what keeps a namespace from going. */
const IN_NAMESPACE = [
  RESOURCES.SandboxClaim,
  RESOURCES.SandboxWarmPool,
  RESOURCES.Sandbox,
  RESOURCES.SandboxTemplate,
  RESOURCES.Pod,
];

/** Removes a namespace if it is ours, with whatever is in it. Throws `TimedOutError` naming what holds it up. */
export async function removeNamespace(target: RemovalTarget, name: string, waiting: Waiting): Promise<void> {
  try {
    await removeAndWait(target, RESOURCES.Namespace, name, waiting);
  } catch (error) {
    if (!(error instanceof TimedOutError)) throw error;
    throw new TimedOutError({
      object: `Namespace ${name}`,
      what: `not gone after ${formatDuration(waiting.timeoutMs)}: ${await holdingUp(target, name, waiting.signal)}`,
      next: 'see why whoever set the finalizers does not finish; none was stripped',
      cause: error,
    });
  }
}

async function holdingUp({ kube }: RemovalTarget, name: string, signal: AbortSignal): Promise<string> {
  const lists = await Promise.all(IN_NAMESPACE.map((resource) => listOrNone(kube, resource, name, signal)));
  const left = lists.flat();
  if (left.length > 0) return describeLeft(left);
  const namespace = await kube.get(RESOURCES.Namespace, name, { signal });
  const status = namespace?.['status'] as { conditions?: { status: string; message?: string }[] } | undefined;
  const messages = (status?.conditions ?? []).flatMap((condition) =>
    condition.status === 'True' && condition.message !== undefined ? [condition.message] : [],
  );
  return messages.length === 0 ? 'nothing that we know of is left in it' : messages.join('; ');
}

const MOST_NAMED = 5;

/** Kind, name and finalizers of the first few objects. */
export function describeLeft(left: readonly KubeObject[]): string {
  const named = left.map(({ kind, metadata: { name, finalizers = [] } }) =>
    finalizers.length === 0 ? `${kind} ${name}` : `${kind} ${name} (finalizers ${finalizers.join(', ')})`,
  );
  // What has finalizers is what is waited for; the rest only waits with it.
  return `still there: ${nameSome(
    named.toSorted((a, b) => Number(b.endsWith(')')) - Number(a.endsWith(')'))),
    MOST_NAMED,
  )}`;
}

/** A kind whose CRD is gone has no objects either. */
export async function goneOrNoSuchKind(wait: Promise<void>): Promise<void> {
  try {
    await wait;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
