import type { Owner } from '../../domain/names.ts';
import { LABELS } from '../../domain/names.ts';
import type { Work } from '../../domain/work.ts';
import { NotFoundError } from '../../kubernetes/api-errors.ts';
import type { KubeObject, KubeResource } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { SandboxTarget } from '../agent-sandbox.ts';
import { listOrNone } from './list-or-none.ts';

/** Kinds that nobody labels as a run's: they come and go by themselves. */
const NOBODYS: readonly KubeResource[] = [RESOURCES.Event, RESOURCES.Lease, RESOURCES.Secret];

/**
 * Puts the plan's labels on everything in the cluster that carries the other owner's, of every kind that is known. An
 * object that is gone meanwhile needs no label.
 */
export async function takeOver({ kube, plan }: SandboxTarget, from: Owner, work: Work): Promise<void> {
  const { signal } = work;
  const theirs = `${LABELS.owner}=${from}`;
  for (const resource of Object.values(RESOURCES).filter((each) => !NOBODYS.includes(each))) {
    const found = await listOrNone(kube, resource, null, signal, theirs);
    if (found.length > 0) work.progress(`taking over ${found.length} ${resource.plural}`);
    await Promise.all(found.map((object) => relabel(resource, object)));
  }

  async function relabel(resource: KubeResource, { metadata }: KubeObject): Promise<void> {
    const { name, namespace, uid } = metadata;
    const patch = { metadata: { ...(uid === undefined ? {} : { uid }), labels: plan.labels } };
    try {
      await kube.mergePatch(resource, name, patch, {
        signal,
        ...(namespace === undefined ? {} : { namespace }),
      });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
}
