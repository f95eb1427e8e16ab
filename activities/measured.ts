import type { CleanupMetrics } from '../src/metrics/cleanup-metrics.ts';
import type { Activities } from './index.ts';
import type { SweepActivities } from './sweep.ts';

/** The same activities, with what they do told to the metrics of clean-up. */
export function measured<T extends Activities & SweepActivities>(real: T, metrics: CleanupMetrics): T {
  return {
    ...real,
    async undoStep(request: Parameters<Activities['undoStep']>[0]) {
      try {
        await real.undoStep(request);
        metrics.undo(request.stepId, 'done');
      } catch (error) {
        metrics.undo(request.stepId, 'failed');
        throw error;
      }
    },
    async listLeftovers(request: Parameters<Activities['listLeftovers']>[0]) {
      const left = await real.listLeftovers(request);
      metrics.leftovers(request.plan.owner, left.length);
      return left;
    },
    async endRun(request: Parameters<Activities['endRun']>[0]) {
      await real.endRun(request);
      metrics.leaseOver(request.how);
    },
    async planSweep(request: Parameters<SweepActivities['planSweep']>[0]) {
      const planned = await real.planSweep(request);
      metrics.sweep(planned.counts);
      return planned;
    },
    async removeSwept(request: Parameters<SweepActivities['removeSwept']>[0]) {
      try {
        const outcome = await real.removeSwept(request);
        metrics.removal(outcome.kind);
        return outcome;
      } catch (error) {
        metrics.removal('failed');
        throw error;
      }
    },
  };
}
