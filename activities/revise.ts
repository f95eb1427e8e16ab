import { totalOf } from '../src/planning/plan-run.ts';
import { reviseSpec } from '../src/spec/revise.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import type { RunLimits } from '../workflows/limits.ts';
import { asActivity } from './activity-work.ts';
import { limitsOf } from './limits-of.ts';

/** A spec with changes, and what follows from them. */
export interface RevisedRun {
  spec: RunSpec;
  limits: RunLimits;
  /** What steps are titled with. */
  numbers: { totalClaims: number | null; warmPoolReplicas: number };
}

export function reviseActivities() {
  return {
    /** Applies an operator's changes. Fails at once, with every problem, on what can't be changed or would be wrong. */
    reviseSpec({ spec, changes }: { spec: RunSpec; changes: unknown }): Promise<RevisedRun> {
      return asActivity(async () => {
        const revised = reviseSpec(spec, changes);
        const numbers = {
          totalClaims: totalOf(revised),
          warmPoolReplicas: revised.agentSandbox.warmPool.replicas,
        };
        return { spec: revised, limits: limitsOf(revised), numbers };
      });
    },
  };
}
