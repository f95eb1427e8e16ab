import { Gauge, type Registry } from 'prom-client';
import { RUN_GUARD, SANDBOX_RUN } from '../../workflows/messages.ts';

/** How many open workflows Temporal knows for each of these; the same from every worker of a namespace. */
const COUNTED: Record<string, { help: string; query: (now: string) => string; needs?: string }> = {
  sandtide_runs_live: {
    help: 'Runs that are open.',
    query: () => `WorkflowType = '${SANDBOX_RUN}'`,
  },
  sandtide_runs_held: {
    help: 'Runs with a failed stage that waits for an operator.',
    query: () => `WorkflowType = '${SANDBOX_RUN}' AND SandtideState = 'held'`,
    needs: 'SandtideState',
  },
  sandtide_runs_lease_over: {
    help: 'Runs that are open although their lease is over.',
    query: (now) => `WorkflowType = '${SANDBOX_RUN}' AND SandtideLeaseEnd < '${now}'`,
    needs: 'SandtideLeaseEnd',
  },
  sandtide_guards_live: {
    help: 'Guards that are open: one for each run, and longer where something is left of it.',
    query: () => `WorkflowType = '${RUN_GUARD}'`,
  },
  sandtide_alarms: {
    help: 'Runs and guards with an undo that makes no progress.',
    query: () => 'SandtideAlarm IS NOT NULL',
    needs: 'SandtideAlarm',
  },
};

/** What scrapers ask for in the meantime gets the same answer: a count costs Temporal a query of its database. */
const FRESH_MS = 10_000;

export interface RunCounts {
  /** How many workflows fit the visibility query. Throws where Temporal can't say. */
  count(query: string): Promise<number>;
  /** Search attributes that the server knows. */
  searchAttributes: readonly string[];
  nowMs(): number;
}

/** Asks Temporal at a scrape. What can't be had is left out: an alert on absence is better than a wrong number. */
export function runMetrics(registry: Registry, counts: RunCounts): void {
  for (const [name, { help, query, needs }] of Object.entries(COUNTED)) {
    if (needs !== undefined && !counts.searchAttributes.includes(needs)) continue;
    let askedAtMs = -Infinity;
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        async collect() {
          if (counts.nowMs() - askedAtMs < FRESH_MS) return;
          this.remove();
          try {
            const found = await counts.count(
              `ExecutionStatus = 'Running' AND ${query(new Date(counts.nowMs()).toISOString())}`,
            );
            this.set(found);
            askedAtMs = counts.nowMs();
          } catch {
            // asked again at the next scrape
          }
        },
      }),
    );
  }
}
