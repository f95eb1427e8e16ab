import { TimedOutError } from '../../domain/errors.ts';
import { formatDuration } from '../../domain/durations.ts';
import type { Work } from '../../domain/work.ts';
import type { KubeClient, KubeObject } from '../../kubernetes/kube-client.ts';
import { observeUntil } from '../../kubernetes/observe.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import { diagnose } from './diagnosis.ts';

const ROLLOUT_TIMEOUT_MS = 300_000;

/** All replicas are of the newest template and available, and the Deployment controller has seen that template. */
export function isRolledOut(deployment: KubeObject | undefined): boolean {
  if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return false;
  const { replicas = 1 } = (deployment['spec'] ?? {}) as { replicas?: number };
  const status = (deployment['status'] ?? {}) as {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
  };
  return (
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 1) &&
    status.updatedReplicas === replicas &&
    status.replicas === replicas &&
    status.availableReplicas === replicas
  );
}

/** Waits by watch. Throws `TimedOutError` with the reason that its pods or their events give. */
export async function untilRolledOut(
  kube: KubeClient,
  { namespace, name }: { namespace: string; name: string },
  work: Work,
): Promise<void> {
  const { signal } = work;
  const { result } = await observeUntil(
    kube,
    RESOURCES.Deployment,
    { namespace, name, timeoutMs: ROLLOUT_TIMEOUT_MS, signal },
    ([deployment]) => (isRolledOut(deployment) ? true : null),
  );
  if (result !== null) return;
  throw new TimedOutError({
    object: `Deployment ${namespace}/${name}`,
    what: `not rolled out after ${formatDuration(ROLLOUT_TIMEOUT_MS)}: ${await diagnose(kube, namespace, signal)}`,
    next: 'mend what its pods complain about, then retry the stage',
  });
}
