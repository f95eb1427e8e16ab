import type { CallCounts, KubeClient } from '../kubernetes/kube-client.ts';
import type { WindowResult } from '../measure/window-result.ts';

/** What this client's calls have met since then; nothing where it does not count. */
export function apiSince(
  kube: KubeClient,
  before: CallCounts | null,
): Pick<WindowResult['generator'], 'api'> {
  const now = kube.calls?.();
  if (now === undefined || before === null) return {};
  const levels = Object.entries(now.priorityLevels)
    .map(([level, calls]): [string, number] => [level, calls - (before.priorityLevels[level] ?? 0)])
    .filter(([, calls]) => calls > 0);
  return {
    api: {
      calls: now.calls - before.calls,
      queued: now.queued - before.queued,
      throttled: now.throttled - before.throttled,
      priorityLevels: Object.fromEntries(levels),
    },
  };
}
