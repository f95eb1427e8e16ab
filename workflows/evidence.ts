import { isCancellation } from '@temporalio/workflow';
import type { CollectedEvidence } from '../src/domain/evidence.ts';
import { quick } from './activity-proxies.ts';
import { describeError } from './errors.ts';
import type { Life } from './life.ts';
import { CLEANUP_TASK_QUEUE } from './messages.ts';

/**
 * What is to be seen of a failed run, before it is held or taken down; null where there is nothing to look at. Whatever
 * becomes of it, it is waited for no longer than two and a quarter times `limits.evidenceMs`. Throws where the run is
 * cancelled meanwhile.
 */
export async function gatherEvidence(life: Life): Promise<CollectedEvidence | null> {
  const { plan, spec, limits } = life.run;
  const begun = life.journal.records.some(({ id, startedAtMs }) => id === 'cluster' && startedAtMs !== null);
  if (!begun) return null;
  try {
    return await quick(limits, {
      taskQueue: CLEANUP_TASK_QUEUE, // where no other run's load keeps it waiting
      summary: 'gather evidence of the failure',
      startToCloseTimeout: limits.evidenceMs * 1.5, // it keeps the time itself; a worker that hangs does not
      scheduleToCloseTimeout: limits.evidenceMs * 2.25, // room for another worker where the first one died
      retry: { initialInterval: 500, maximumAttempts: 2 },
    }).collectEvidence({ plan, spec, timeoutMs: limits.evidenceMs });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { host: null, folder: null, files: [], problems: [describeError(error).message] };
  }
}
