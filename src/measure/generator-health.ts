import type { RunSummary } from './summary.ts';

/** A generator that needs more of one core answers late: JavaScript has one. */
const MOST_CPU = 0.8;
/** One call in a hundred that had to wait for a connection shows in a p99. */
const MOST_QUEUED = 0.01;

/** What the generator's own calls met on their way. JSON-safe; counted from the window's first call to its last. */
export interface ApiHealth {
  calls: number;
  /** Calls that found every connection taken, and waited inside the generator. */
  queued: number;
  /** Answers 429: the API server's priority and fairness, or its limit of calls in flight, turned the call away. */
  throttled: number;
  /** Calls by the uid of the priority level that served them, from the answers' headers; empty where there are none. */
  priorityLevels: Record<string, number>;
}

/** What of the generator itself may have shaped the figures, as sentences: its CPU, its connections, and who was let in. */
export function generatorTrouble({ cpuFraction, api }: RunSummary['generator']): string[] {
  const reasons: string[] = [];
  if (cpuFraction > MOST_CPU) {
    reasons.push(
      `The generator used ${percent(cpuFraction)} of a core (over ${percent(MOST_CPU)}): its own work delays what it sees.`,
    );
  }
  if (api === null || api.calls === 0) return reasons;
  if (api.queued / api.calls > MOST_QUEUED) {
    reasons.push(
      `${api.queued} of ${api.calls} calls (${percent(api.queued / api.calls)}) waited in the generator for a free connection.`,
    );
  }
  if (api.throttled > 0) {
    const levels = Object.keys(api.priorityLevels);
    const where =
      levels.length === 0 ? '' : `, which served this client by priority level ${levels.join(' and ')}`;
    reasons.push(
      `The API server turned ${api.throttled} calls away with 429${where}: claims waited for that.`,
    );
  }
  return reasons;
}

/** All windows' calls together; null where none of them counted any. */
export function totalApi(parts: readonly (ApiHealth | undefined)[]): ApiHealth | null {
  const counted = parts.filter((part) => part !== undefined);
  if (counted.length === 0) return null;
  const total: ApiHealth = { calls: 0, queued: 0, throttled: 0, priorityLevels: {} };
  for (const { calls, queued, throttled, priorityLevels } of counted) {
    total.calls += calls;
    total.queued += queued;
    total.throttled += throttled;
    for (const [level, served] of Object.entries(priorityLevels)) {
      total.priorityLevels[level] = (total.priorityLevels[level] ?? 0) + served;
    }
  }
  return total;
}

/** When the pool had nothing ready: cold starts although there is one. No fault of the figures, which tell the two apart. */
export function poolExhausted(summary: RunSummary, replicas: number): string | null {
  const { claims, coldSpan } = summary;
  if (replicas === 0 || claims.cold === 0 || coldSpan === null) return null;
  const from = `${round(coldSpan.firstSeconds)} s`;
  const to = `${round(coldSpan.lastSeconds)} s`;
  return `The warm pool of ${replicas} was exhausted: ${claims.cold} of ${claims.ready} ready claims started cold, due from ${from} to ${to} after the load's start.`;
}

const percent = (fraction: number): string => `${round(fraction * 100)} %`;
const round = (value: number): number => Number(value.toPrecision(3));
