import { log } from '@temporalio/workflow';
import type { KeptCluster } from '../src/domain/kept-cluster.ts';
import type { Ending } from '../src/domain/outcomes.ts';
import { quick } from './activity-proxies.ts';
import { describeError } from './errors.ts';
import type { Life } from './life.ts';
import { extendLease } from './under-guard.ts';

/**
 * Leaves the cluster for another run, where the spec says so and the stages came to their end; null where it is to be
 * taken down. The guard answers for it from here on: a guard that can't be told so keeps nothing.
 */
export async function keepCluster(life: Life, ending: Ending): Promise<KeptCluster | null> {
  const { keepMs } = life.run.limits;
  // A stage that an operator has left out is over too.
  const cameThrough = ending.kind === 'completed' || life.skipped.size > 0;
  if (keepMs === null || !cameThrough || ending.kind === 'cancelled') return null;
  try {
    const untilMs = Date.now() + keepMs;
    await extendLease(life, untilMs);
    const { plan, limits } = life.run;
    const untilSeconds = Math.min(Math.ceil(untilMs / 1000), plan.leaseUntilSeconds);
    await quick(limits, { summary: 'leave the cluster to the guard' }).keepUnderGuard({ plan, untilSeconds });
    const { provider, name } = plan.cluster;
    return { provider, name, untilSeconds };
  } catch (error) {
    log.warn('the cluster could not be kept and is taken down', describeError(error));
    return null;
  }
}
