import { Counter, Gauge, type Registry } from 'prom-client';
import type { StepId } from '../domain/plan.ts';
import { STEP_IDS } from '../domain/plan.ts';
import type { Owner } from '../domain/names.ts';
import type { SweepCounts } from '../domain/sweep-decision.ts';

const REMOVALS = ['removed', 'gone', 'kept', 'failed'] as const;
const LEASE_ENDINGS = ['cancel', 'terminate'] as const;
const STANDINGS = ['remove', 'inUse', 'protected', 'refused', 'postponed'] as const;

/** How taking down goes on this worker. */
export interface CleanupMetrics {
  /** One attempt at one undo is over. */
  undo(step: StepId, result: 'done' | 'failed'): void;
  /** The provider was asked what still carries the label of this owner. */
  leftovers(owner: Owner, count: number): void;
  /** A guard ends a run whose lease is over. */
  leaseOver(how: (typeof LEASE_ENDINGS)[number]): void;
  sweep(counts: SweepCounts): void;
  /** One attempt at the removal of one cluster by a sweep is over. */
  removal(outcome: (typeof REMOVALS)[number]): void;
}

export function cleanupMetrics(registry: Registry): CleanupMetrics {
  const registers = [registry];
  const undos = new Counter({
    name: 'sandtide_undo_attempts_total',
    help: 'Attempts at undos that ended on this worker, by step and result.',
    labelNames: ['step', 'result'],
    registers,
  });
  for (const step of STEP_IDS) for (const result of ['done', 'failed']) undos.inc({ step, result }, 0);
  const leases = new Counter({
    name: 'sandtide_lease_over_total',
    help: 'Runs that were ended because their lease was over: by request, and by force where that did not help.',
    labelNames: ['how'],
    registers,
  });
  for (const how of LEASE_ENDINGS) leases.inc({ how }, 0);
  const left = new Map<Owner, number>();
  registry.registerMetric(
    new Gauge({
      name: 'sandtide_leftovers',
      help: 'What still carried the label of a run when the provider was asked last, over all runs that this worker asked for.',
      registers: [],
      collect() {
        this.set([...left.values()].reduce((sum, count) => sum + count, 0));
      },
    }),
  );
  const passes = new Counter({
    name: 'sandtide_sweep_passes_total',
    help: 'Passes of the sweep that were planned on this worker.',
    registers,
  });
  const seen = new Gauge({
    name: 'sandtide_sweep_clusters',
    help: 'Clusters with our labels in the last pass that was planned on this worker, by what the pass made of them.',
    labelNames: ['standing'],
    registers,
  });
  for (const standing of STANDINGS) seen.set({ standing }, 0);
  const removals = new Counter({
    name: 'sandtide_sweep_removals_total',
    help: 'Attempts of the sweep at removing a cluster, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of REMOVALS) removals.inc({ outcome }, 0);
  return {
    undo: (step, result) => undos.inc({ step, result }),
    leaseOver: (how) => leases.inc({ how }),
    removal: (outcome) => removals.inc({ outcome }),
    leftovers(owner, count) {
      if (count === 0) left.delete(owner);
      else left.set(owner, count);
    },
    sweep(counts) {
      passes.inc();
      for (const standing of STANDINGS) seen.set({ standing }, counts[standing]);
    },
  };
}
