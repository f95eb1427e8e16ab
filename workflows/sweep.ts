import { isCancellation, log, setCurrentDetails } from '@temporalio/workflow';
import type { PlannedSweep, SweepActivities, SweepRequest, SweepRow } from '../activities/sweep.ts';
import type { SweepCounts } from '../src/domain/sweep-decision.ts';
import { quick, undo } from './activity-proxies.ts';
import { asFailure, describeError } from './errors.ts';
import { FIRST_LIMITS } from './limits.ts';
import { CLEANUP_TASK_QUEUE } from './messages.ts';

/** What became of one removal. */
export interface SweptCluster {
  provider: string;
  cluster: string;
  owner: string;
  runName: string;
  reason: string;
  /** `planned` in a dry run; `gone`: somebody else was quicker; `kept`: no longer due when it was looked at again. */
  outcome: 'planned' | 'removed' | 'gone' | 'kept' | 'failed';
  /** Why it was kept or failed. */
  detail: string | null;
}

/** What a pass found and did. */
export interface SweepResult {
  applied: boolean;
  counts: SweepCounts & { removed: number; gone: number; failed: number };
  swept: SweptCluster[];
  /** Those that stay, the first of them. */
  kept: SweepRow[];
  /** Providers that could not be asked. */
  problems: PlannedSweep['problems'];
}

/**
 * One pass of the sweep: look by label, ask Temporal, decide, and remove what is due, each by an undo of its own. Says
 * only what it would do unless the request says `apply`. What fails is named, and left to the next pass.
 */
export async function sandtideSweep(request: SweepRequest = {}): Promise<SweepResult> {
  try {
    const plan = await quick<SweepActivities>(FIRST_LIMITS, {
      taskQueue: CLEANUP_TASK_QUEUE,
      summary: 'look by label, ask Temporal, decide',
      startToCloseTimeout: '5 minutes', // a provider may list for a while
    }).planSweep(request);
    setCurrentDetails(`removing ${plan.removals.length} of ${plan.counts.seen} clusters`);
    const swept = await Promise.all(plan.removals.map((removal) => sweepOne(plan, removal)));
    const count = (outcome: SweptCluster['outcome']) =>
      swept.filter((cluster) => cluster.outcome === outcome).length;
    const counts = {
      ...plan.counts,
      removed: count('removed'),
      gone: count('gone'),
      failed: count('failed'),
    };
    log.info('sweep', { applied: plan.settings.apply, ...counts, problems: plan.problems.length });
    setCurrentDetails(detailsOf(plan, swept));
    return { applied: plan.settings.apply, counts, swept, kept: plan.kept, problems: plan.problems };
  } catch (error) {
    throw asFailure(error);
  }
}

async function sweepOne(
  plan: PlannedSweep,
  removal: PlannedSweep['removals'][number],
): Promise<SweptCluster> {
  const { handle, owner, runName, reason } = removal;
  const row = { provider: handle.provider, cluster: handle.name, owner, runName, reason };
  if (!plan.settings.apply) return { ...row, outcome: 'planned', detail: null };
  try {
    const outcome = await undo<SweepActivities>(FIRST_LIMITS, {
      summary: `remove ${handle.name} (${handle.provider})`,
    }).removeSwept({ subject: { handle, owner }, settings: plan.settings });
    return { ...row, outcome: outcome.kind, detail: outcome.kind === 'kept' ? outcome.reason : null };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { message } = describeError(error);
    log.warn('a removal failed; the next sweep tries again', { cluster: handle.name, error: message });
    return { ...row, outcome: 'failed', detail: message };
  }
}

/** For the Temporal UI. */
function detailsOf({ counts, kept, problems }: PlannedSweep, swept: readonly SweptCluster[]): string {
  return [
    `${counts.seen} clusters seen`,
    ...problems.map(({ provider, message }) => `- **${provider} could not be asked**: ${message}`),
    ...swept.map(
      ({ cluster, outcome, reason, detail }) => `- **${cluster}** ${outcome}: ${detail ?? reason}`,
    ),
    ...kept.map(({ cluster, reason }) => `- ${cluster} stays: ${reason}`),
  ].join('\n');
}
