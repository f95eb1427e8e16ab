import type { SweepCounts, SweepDecision } from '../domain/sweep-decision.ts';
import { countSweep, decideSweep } from '../domain/sweep-decision.ts';
import type { Work } from '../domain/work.ts';
import type { SweepSettings } from './sweep-settings.ts';
import type { Stock, SweepWorld } from './take-stock.ts';
import { takeStock } from './take-stock.ts';

/** What a sweep would do, with each cluster's reason. */
export interface SweepPlan {
  decisions: SweepDecision[];
  counts: SweepCounts;
  problems: Stock['problems'];
}

/** Looks, asks and decides; touches nothing. */
export async function planSweep(world: SweepWorld, settings: SweepSettings, work: Work): Promise<SweepPlan> {
  const { clusters, problems } = await takeStock(world, settings.providers, work);
  const decisions = decideSweep(clusters, { ...settings, nowSeconds: world.nowMs() / 1000 });
  return { decisions, counts: countSweep(decisions), problems };
}
