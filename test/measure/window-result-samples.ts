import { LatencyRecorder } from '../../src/measure/histograms.ts';
import type { ClaimCounts, WindowResult } from '../../src/measure/window-result.ts';
import type { LoadSpec } from '../../src/spec/schema.ts';
import { sampleLoad } from '../support/sample-load.ts';

export const LOAD: LoadSpec = sampleLoad({ maxConcurrent: 50, readyTimeout: '30s' });

/** A window of 200 claims at 10 a second that went as one wishes: ready 100 ms to 299 ms after each was due. */
export function goodWindow(counts: Partial<ClaimCounts> = {}): WindowResult {
  const recorder = new LatencyRecorder();
  for (let index = 0; index < 200; index += 1) {
    recorder.record('dueToSent', 'all', 500);
    for (const split of ['all', 'warm'] as const) {
      recorder.record('sentToReady', split, (100 + index) * 1000);
    }
  }
  return {
    windowIndex: 0,
    startedAtMs: 1_000_000,
    firstDueMs: 1_000_000,
    lastDueMs: 1_019_900,
    firstSentMs: 1_000_000,
    lastSentMs: 1_019_900,
    lastReadyMs: 1_020_000,
    openedAtMs: 999_980,
    sentUntilMs: 1_020_000,
    endedAtMs: 1_020_100,
    counts: {
      due: 200,
      submitted: 200,
      ready: 200,
      failed: 0,
      timedOut: 0,
      notSubmitted: 0,
      unknown: 0,
      warm: 200,
      cold: 0,
      launchUnknown: 0,
      ...counts,
    },
    errors: {},
    histograms: recorder.encode(),
    generator: {
      attempts: 1,
      peakConcurrent: 4,
      delayedByMaxConcurrent: 0,
      longestDelayMs: 0,
      eventLoopDelayP99Ms: 2,
      cpuSeconds: 1.5,
      watchResumed: 0,
      watchRelisted: 0,
      connectionsOpened: 3,
    },
    journal: { host: 'here', path: 'journal/window-0.jsonl' },
  };
}
