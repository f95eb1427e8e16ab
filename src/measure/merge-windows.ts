import { LatencyRecorder } from './histograms.ts';
import { totalApi } from './generator-health.ts';
import type { ClaimCounts, PhaseResult, WindowResult } from './window-result.ts';

/**
 * Windows that follow each other as one: counts added, histograms merged exactly, so that a summary of the merged one is
 * the summary of all, but for the share of CPU, which is that of the whole. It has the first one's index. Throws RangeError where there is none.
 */
export function mergeWindows(windows: readonly WindowResult[]): WindowResult {
  const [first, ...others] = windows.toSorted((one, other) => one.windowIndex - other.windowIndex);
  if (first === undefined) throw new RangeError('no window to merge');
  return others.reduce(merged, first);
}

function merged(one: WindowResult, other: WindowResult): WindowResult {
  const [a, b] = [one.generator, other.generator];
  const api = totalApi([a.api, b.api]);
  const colds = [one.coldDue, other.coldDue].filter((span) => span !== undefined);
  return {
    ...sums(one, other),
    windowIndex: one.windowIndex,
    startedAtMs: one.startedAtMs,
    openedAtMs: one.openedAtMs,
    sentUntilMs: Math.max(one.sentUntilMs, other.sentUntilMs),
    endedAtMs: Math.max(one.endedAtMs, other.endedAtMs),
    errors: added(one.errors, other.errors),
    ...(colds.length === 0
      ? {}
      : {
          coldDue: {
            firstMs: Math.min(...colds.map(({ firstMs }) => firstMs)),
            lastMs: Math.max(...colds.map(({ lastMs }) => lastMs)),
          },
        }),
    ...(one.phases === undefined && other.phases === undefined
      ? {}
      : { phases: mergedPhases([...(one.phases ?? []), ...(other.phases ?? [])]) }),
    generator: {
      attempts: Math.max(a.attempts, b.attempts),
      peakConcurrent: Math.max(a.peakConcurrent, b.peakConcurrent),
      delayedByMaxConcurrent: a.delayedByMaxConcurrent + b.delayedByMaxConcurrent,
      longestDelayMs: Math.max(a.longestDelayMs, b.longestDelayMs),
      eventLoopDelayP99Ms: Math.max(a.eventLoopDelayP99Ms, b.eventLoopDelayP99Ms),
      cpuSeconds: a.cpuSeconds + b.cpuSeconds,
      watchResumed: a.watchResumed + b.watchResumed,
      watchRelisted: a.watchRelisted + b.watchRelisted,
      connectionsOpened: a.connectionsOpened + b.connectionsOpened,
      ...(api === null ? {} : { api }),
    },
    journal: journals(one.journal, other.journal),
  };
}

type Sums = Omit<PhaseResult, 'phase'>;

function sums(one: Sums, other: Sums): Sums {
  const recorder = new LatencyRecorder();
  recorder.merge([one.histograms, other.histograms]);
  return {
    firstDueMs: least(one.firstDueMs, other.firstDueMs),
    lastDueMs: most(one.lastDueMs, other.lastDueMs),
    firstSentMs: least(one.firstSentMs, other.firstSentMs),
    lastSentMs: most(one.lastSentMs, other.lastSentMs),
    lastReadyMs: most(one.lastReadyMs, other.lastReadyMs),
    counts: added(one.counts, other.counts),
    histograms: recorder.encode(),
  };
}

function mergedPhases(parts: readonly PhaseResult[]): PhaseResult[] {
  const phases = new Map<string, PhaseResult>();
  for (const part of parts) {
    const known = phases.get(part.phase);
    phases.set(part.phase, known === undefined ? part : { phase: part.phase, ...sums(known, part) });
  }
  return [...phases.values()];
}

function added<T extends Record<string, number> | ClaimCounts>(one: T, other: T): T {
  const sum: Record<string, number> = { ...one };
  for (const [key, count] of Object.entries(other)) sum[key] = (sum[key] ?? 0) + count;
  return sum as T;
}

/** Of several machines, each is named once. */
function journals(one: WindowResult['journal'], other: WindowResult['journal']): WindowResult['journal'] {
  const hosts = new Set([...one.host.split(', '), ...other.host.split(', ')]);
  return { host: [...hosts].join(', '), path: one.path.replace(/window-\d+\.jsonl$/, '') };
}

function least(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

function most(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
