import type { OwnedCluster } from '../domain/owned-cluster.ts';
import type { AskedCluster } from '../domain/sweep-decision.ts';
import type { Work } from '../domain/work.ts';
import type { AskOwner } from '../system/owner-state.ts';
import type { UnwindWorld } from './undo-step.ts';

/** What a sweep and a teardown need of the world. */
export interface SweepWorld extends UnwindWorld {
  /** Makes a new questioner for one pass. */
  askOwner(): AskOwner;
  nowMs(): number;
}

/** What carries our labels, with what is known of each owner. */
export interface Stock {
  clusters: AskedCluster[];
  /** Providers that could not be asked: nobody knows what is there. */
  problems: { provider: string; message: string }[];
}

/** So many owners are asked about at once: a provider may list hundreds. */
const AT_ONCE = 8;

/** Lists by label at each provider, and asks about each owner of what `wanted` lets through. */
export async function takeStock(
  world: SweepWorld,
  providers: readonly string[],
  work: Work,
  wanted: (cluster: OwnedCluster) => boolean = () => true,
): Promise<Stock> {
  const problems: Stock['problems'] = [];
  const found: OwnedCluster[] = [];
  for (const type of providers) {
    work.progress(`asking ${type} what carries our labels`);
    try {
      found.push(...(await world.provider(type).list(work)));
    } catch (error) {
      work.signal.throwIfAborted();
      problems.push({ provider: type, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return { clusters: await askAll(found.filter(wanted), world.askOwner(), work), problems };
}

async function askAll(clusters: readonly OwnedCluster[], ask: AskOwner, work: Work): Promise<AskedCluster[]> {
  const asked: AskedCluster[] = [];
  for (let from = 0; from < clusters.length; from += AT_ONCE) {
    work.progress(`asking Temporal about ${clusters.length} owners, ${from} answered`);
    const some = clusters.slice(from, from + AT_ONCE);
    const states = await Promise.all(some.map((cluster) => ask(cluster, work)));
    asked.push(...some.map((cluster, index) => ({ cluster, ownerState: states[index] ?? 'unreachable' })));
  }
  return asked;
}
