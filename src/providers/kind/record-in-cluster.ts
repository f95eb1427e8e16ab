import { AlreadyExistsError } from '../../kubernetes/api-errors.ts';
import type { KubeClient, KubeObject } from '../../kubernetes/kube-client.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { KindRecord } from './cluster-record.ts';
import { recordSchema } from './cluster-record.ts';

/** In every cluster of ours: whose it is, for a machine whose own notes are lost. */
const PLACE = { name: 'sandtide', namespace: 'kube-system' } as const;

const LOOK_MS = 5_000;

export async function writeInCluster(
  kube: KubeClient,
  record: KindRecord,
  labels: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const { apiVersion, kind } = RESOURCES.ConfigMap;
  const data = { record: JSON.stringify(record) };
  const object: KubeObject = { apiVersion, kind, metadata: { ...PLACE, labels }, data };
  const where = { namespace: PLACE.namespace, signal };
  try {
    await kube.create(RESOURCES.ConfigMap, object, where);
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
    await kube.mergePatch(RESOURCES.ConfigMap, PLACE.name, { metadata: { labels }, data }, where);
  }
}

/** Null where there is none, or the cluster doesn't answer. */
export async function readInCluster(kube: KubeClient, signal: AbortSignal): Promise<KindRecord | null> {
  try {
    const found = await kube.get(RESOURCES.ConfigMap, PLACE.name, {
      namespace: PLACE.namespace,
      timeoutMs: LOOK_MS,
      signal: AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]),
    });
    const { record } = (found?.['data'] ?? {}) as { record?: string };
    return record === undefined ? null : recordSchema.parse(JSON.parse(record));
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
