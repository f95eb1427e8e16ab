import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { WindowLive } from '../measure/window-live.ts';
import type { ClaimEnd, ClaimTimeline, Launch } from '../measure/window-result.ts';

/** A warm claim takes tens of milliseconds, a cold one seconds, and one that pulls an image minutes. */
const SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const ENDS: readonly ClaimEnd[] = ['ready', 'failed', 'timed-out', 'not-submitted', 'unknown'];
const LAUNCHES: readonly Launch[] = ['warm', 'cold', 'unknown'];

/** What this worker's load does at the moment. */
export interface ClaimMetrics {
  ended(claim: ClaimTimeline): void;
  /** How the window of that name stands; null once it is no longer driven here. */
  window(name: string, live: Pick<WindowLive, 'live'> | null): void;
}

/** Claims are counted where they end; each once, by the worker that saw it. */
export function claimMetrics(registry: Registry): ClaimMetrics {
  const registers = [registry];
  const ended = new Counter({
    name: 'sandtide_claims_total',
    help: 'Claims that ended on this worker, by how they ended.',
    labelNames: ['end'],
    registers,
  });
  for (const end of ENDS) ended.inc({ end }, 0); // a rate needs the zero before the first one
  const ready = new Histogram({
    name: 'sandtide_claim_ready_seconds',
    help: 'Time until a claim was ready: from when it was due, and from its send.',
    labelNames: ['from', 'launch'],
    buckets: SECONDS,
    registers,
  });
  for (const launch of LAUNCHES) for (const from of ['due', 'sent']) ready.zero({ from, launch });
  const windows = new Map<string, number>();
  registry.registerMetric(
    new Gauge({
      name: 'sandtide_claims_live',
      help: 'Claims of this worker that take room under maxConcurrent.',
      registers: [],
      collect() {
        this.set([...windows.values()].reduce((sum, live) => sum + live, 0));
      },
    }),
  );
  return {
    ended(claim) {
      const { end, launch, dueMs, sentMs, readyMs } = claim;
      ended.inc({ end });
      if (readyMs === null) return;
      ready.observe({ from: 'due', launch }, (readyMs - dueMs) / 1000);
      if (sentMs !== null) ready.observe({ from: 'sent', launch }, (readyMs - sentMs) / 1000);
    },
    window(name, live) {
      if (live === null) windows.delete(name);
      else windows.set(name, live.live);
    },
  };
}
