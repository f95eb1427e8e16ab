import { durationMs, formatDuration } from '../../domain/durations.ts';
import { TimedOutError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import { ensureOwned } from '../../kubernetes/ensure.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { observeUntil } from '../../kubernetes/observe.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { RunSpec } from '../../spec/schema.ts';
import type { RemovalTarget, SandboxTarget } from '../agent-sandbox.ts';
import { diagnose } from './diagnosis.ts';
import { untilSandboxesGone } from './owned-sandboxes.ts';
import { removeAndWait } from './removal.ts';

/** Each claim has to name a pool, so the object is made even for no replicas: such a pool gives cold starts. */
export function warmPool(
  { sandbox }: Plan,
  { replicas, updateStrategy }: Pick<RunSpec['agentSandbox']['warmPool'], 'replicas' | 'updateStrategy'>,
): KubeObject {
  return {
    apiVersion: RESOURCES.SandboxWarmPool.apiVersion,
    kind: RESOURCES.SandboxWarmPool.kind,
    metadata: { name: sandbox.warmPool, namespace: sandbox.workloadNamespace },
    spec: {
      replicas,
      sandboxTemplateRef: { name: sandbox.template },
      updateStrategy: { type: updateStrategy },
    },
  };
}

/** How many sandboxes of the pool are ready, as far as its controller has seen the pool as it is now. */
export function readyReplicas(pool: KubeObject | undefined): number {
  const status = (pool?.['status'] ?? {}) as { readyReplicas?: number; observedGeneration?: number };
  const seen = (status.observedGeneration ?? 0) >= (pool?.metadata.generation ?? 1);
  return seen ? (status.readyReplicas ?? 0) : 0;
}

/**
 * Makes the pool and waits until all its sandboxes are ready. For a pool that an attempt before this one made, the fill
 * counts from its creation (whole seconds, by the server's clock), so that a retry never reports a fill of no time.
 */
export async function fillWarmPool(
  target: SandboxTarget,
  work: Work,
): Promise<{ replicas: number; fillMs: number }> {
  const { kube, plan, spec } = target;
  const { replicas, readyTimeout } = spec.agentSandbox.warmPool;
  const namespace = plan.sandbox.workloadNamespace;
  const name = plan.sandbox.warmPool;
  const sentAt = performance.now();
  const wanted = warmPool(plan, spec.agentSandbox.warmPool);
  const { object, created } = await ensureOwned(kube, RESOURCES.SandboxWarmPool, wanted, {
    labels: plan.labels,
    signal: work.signal,
    update: true,
  });
  if (replicas === 0) return { replicas, fillMs: 0 };

  const timeoutMs = durationMs(readyTimeout);
  let said = -1;
  const { result, last } = await observeUntil(
    kube,
    RESOURCES.SandboxWarmPool,
    { namespace, name, timeoutMs, signal: work.signal },
    ([pool]) => {
      const ready = readyReplicas(pool);
      if (ready !== said) work.progress(`warm pool: ${ready} of ${replicas} sandboxes ready`);
      said = ready;
      return ready === replicas ? true : null;
    },
  );
  if (result === null) {
    throw new TimedOutError({
      object: `SandboxWarmPool ${namespace}/${name}`,
      what: `${readyReplicas(last[0])} of ${replicas} sandboxes ready after ${formatDuration(timeoutMs)}; ${await diagnose(kube, namespace, work.signal)}`,
      next: 'make room or mend what the pods complain about, then retry the stage, or raise agentSandbox.warmPool.readyTimeout',
    });
  }
  const sinceCreation = Date.now() - Date.parse(object.metadata.creationTimestamp ?? '');
  return { replicas, fillMs: created ? performance.now() - sentAt : Math.max(0, sinceCreation) };
}

/** The pool, and the sandboxes in it that no claim took. */
export async function removeWarmPool(target: RemovalTarget, timeoutMs: number, work: Work): Promise<void> {
  const { warmPool: name, workloadNamespace: namespace } = target.plan.sandbox;
  work.progress(`removing warm pool ${name}`);
  await removeAndWait(target, RESOURCES.SandboxWarmPool, name, { namespace, timeoutMs, signal: work.signal });
  await untilSandboxesGone(target, 'SandboxWarmPool', timeoutMs, work);
}
