import { TimedOutError } from '../../domain/errors.ts';
import { formatDuration } from '../../domain/durations.ts';
import type { Work } from '../../domain/work.ts';
import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { observeUntil } from '../../kubernetes/observe.ts';
import { RESOURCES } from '../../kubernetes/resources.ts';
import type { RemovalTarget } from '../agent-sandbox.ts';
import { describeLeft, goneOrNoSuchKind } from './removal.ts';
import { isOwned } from './strangers.ts';

/**
 * Waits until the workload namespace holds no sandbox that a claim (or a pool) owns: garbage collection takes them
 * after their owners, and nobody's label is on them. Where the namespace is not ours there is nothing of ours in it.
 */
export async function untilSandboxesGone(
  { kube, plan }: RemovalTarget,
  ownerKind: 'SandboxClaim' | 'SandboxWarmPool',
  timeoutMs: number,
  work: Work,
): Promise<void> {
  const { signal } = work;
  const namespace = plan.sandbox.workloadNamespace;
  const home = await kube.getMetadata(RESOURCES.Namespace, namespace, { signal });
  if (home === null || !isOwned(home, plan.owner)) return;
  const isWaitedFor = ({ metadata }: KubeObject): boolean =>
    metadata.ownerReferences?.some(({ kind }) => kind === ownerKind) ?? false;
  await goneOrNoSuchKind(
    (async () => {
      const { result, last } = await observeUntil(
        kube,
        RESOURCES.Sandbox,
        { namespace, metadataOnly: true, timeoutMs, signal },
        (sandboxes) => (sandboxes.some(isWaitedFor) ? null : true),
      );
      if (result !== null) return;
      const left = last.filter(isWaitedFor);
      throw new TimedOutError({
        object: `sandboxes in ${namespace}`,
        what: `${left.length} of them outlived their ${ownerKind} by ${formatDuration(timeoutMs)}; ${describeLeft(left)}`,
        next: 'see whether garbage collection runs (kube-controller-manager) and who set the finalizers; none was stripped',
      });
    })(),
  );
}
