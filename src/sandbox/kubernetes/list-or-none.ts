import { NotFoundError } from '../../kubernetes/api-errors.ts';
import type { KubeClient, KubeObject, KubeResource } from '../../kubernetes/kube-client.ts';

/** All of a kind, in a namespace or (null) in any; none where the kind itself is not there, its CRD being gone. */
export async function listOrNone(
  kube: KubeClient,
  resource: KubeResource,
  namespace: string | null,
  signal: AbortSignal,
  labelSelector?: string,
): Promise<KubeObject[]> {
  try {
    const list = await kube.list(resource, {
      signal,
      ...(namespace === null ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
    });
    return list.items;
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}
