import type { SweepCounts, SweepDecision } from '../src/domain/sweep-decision.ts';
import { planSweep } from '../src/unwind/plan-sweep.ts';
import type { RemovalOutcome, RemovalSubject } from '../src/unwind/remove-if-due.ts';
import { removeIfDue } from '../src/unwind/remove-if-due.ts';
import type { SweepSettings } from '../src/unwind/sweep-settings.ts';
import { sweepSettings } from '../src/unwind/sweep-settings.ts';
import type { SweepWorld } from '../src/unwind/take-stock.ts';
import { asActivity } from './activity-work.ts';

export type { SweepRequest } from '../src/unwind/sweep-settings.ts';

/** One cluster as a sweep saw it; a line of its result. */
export interface SweepRow {
  provider: string;
  cluster: string;
  owner: string;
  runName: string;
  action: SweepDecision['action'];
  cause: SweepDecision['cause'];
  reason: string;
}

/** What a pass is going to do. */
export interface PlannedSweep {
  settings: SweepSettings;
  counts: SweepCounts;
  problems: { provider: string; message: string }[];
  removals: (RemovalSubject & { runName: string; reason: string })[];
  /** The clusters that stay, bounded: history is no inventory. */
  kept: SweepRow[];
}

const MOST_KEPT = 50;

/** What the sweep workflow asks of the world. The environment gives the names that are protected on this worker. */
export function sweepActivities(world: SweepWorld, env: NodeJS.ProcessEnv) {
  return {
    /** Checks the request, then looks, asks and decides. Touches nothing. */
    planSweep(request: unknown): Promise<PlannedSweep> {
      return asActivity(async (work) => {
        const settings = sweepSettings(request, env);
        const { decisions, counts, problems } = await planSweep(world, settings, work);
        const removals = decisions
          .filter(({ action }) => action === 'remove')
          .map(({ cluster: { handle, owner, runName }, reason }) => ({ handle, owner, runName, reason }));
        const kept = decisions.filter(({ action }) => action === 'keep').slice(0, MOST_KEPT);
        return { settings, counts, problems, removals, kept: kept.map(rowOf) };
      });
    },
    /** Removes one cluster if it is still due. Safe beside run, guard and other sweeps that remove it too. */
    removeSwept({ subject, settings }: SweptRequest): Promise<RemovalOutcome> {
      return asActivity((work) => removeIfDue(world, subject, settings, work));
    },
  };
}

export interface SweptRequest {
  subject: RemovalSubject;
  settings: SweepSettings;
}

/** What the workflow sees of them. */
export type SweepActivities = ReturnType<typeof sweepActivities>;

function rowOf({ cluster: { handle, owner, runName }, action, cause, reason }: SweepDecision): SweepRow {
  return { provider: handle.provider, cluster: handle.name, owner, runName, action, cause, reason };
}
