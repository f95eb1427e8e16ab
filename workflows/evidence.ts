import type { CollectedEvidence } from '../src/domain/evidence.ts';
import type { Ending } from '../src/domain/outcomes.ts';
import { quick } from './activity-proxies.ts';
import { describeError } from './errors.ts';
import type { Life } from './life.ts';
import { CLEANUP_TASK_QUEUE } from './messages.ts';

/**
 * What is left to see of a failed run before it is taken down; null where there is nothing to look at. Whatever becomes
 * of it, the teardown waits for no more than two and a quarter times `limits.evidenceMs`.
 */
export async function gatherEvidence(life: Life, ending: Ending): Promise<CollectedEvidence | null> {
  const { plan, spec, limits } = life.run;
  const begun = life.journal.records.some(({ id, startedAtMs }) => id === 'cluster' && startedAtMs !== null);
  if (ending.kind !== 'failed' || !begun) return null;
  try {
    return await quick(limits, {
      taskQueue: CLEANUP_TASK_QUEUE, // where no other run's load keeps it waiting
      summary: 'gather evidence before the unwind',
      startToCloseTimeout: limits.evidenceMs * 1.5, // it keeps the time itself; a worker that hangs does not
      scheduleToCloseTimeout: limits.evidenceMs * 2.25, // room for another worker where the first one died
      retry: { initialInterval: 500, maximumAttempts: 2 },
    }).collectEvidence({ plan, spec, timeoutMs: limits.evidenceMs });
  } catch (error) {
    return { host: null, folder: null, files: [], problems: [describeError(error).message] };
  }
}
