import type { HeldStage } from '../../src/domain/held-stage.ts';
import { holdCommands } from '../../src/domain/operator-commands.ts';
import type { StepId } from '../../src/domain/plan.ts';
import type { StepEvent, StepRecord } from '../../src/domain/progress.ts';
import { applyStepEvent, initialProgress } from '../../src/domain/progress.ts';
import type { WindowLive } from '../../src/measure/window-live.ts';
import type { RunStatus } from '../../src/report/run-status.ts';
import { PLAN } from '../report/sample-run.ts';

/** The records after these events, each a second after the one before; `failed` ones carry a message. */
export function after(...events: [StepEvent['type'], StepId][]): StepRecord[] {
  return events.reduce<StepRecord[]>(
    (records, [type, id], index) =>
      applyStepEvent(records, { type, id, atMs: (index + 1) * 1000, detail: 'it broke' }),
    initialProgress(PLAN),
  );
}

export function status(changes: Partial<RunStatus> = {}): RunStatus {
  return {
    runName: 'nightly',
    phase: 'create-cluster',
    startedAtMs: 0,
    steps: after(),
    hold: null,
    activity: null,
    claims: null,
    ...changes,
  };
}

/** A hold from the first second on, for a minute. */
export const HELD: HeldStage = (() => {
  const hold = { stage: 'run-claims', number: 1, sinceMs: 1_000, untilMs: 61_000 } as const;
  return {
    ...hold,
    errorType: 'NoData',
    message: 'no claim became ready',
    nodes: { general: 1, sandbox: 4 },
    evidence: {
      host: 'worker-1',
      folder: '/runs/nightly/evidence',
      files: [{ name: 'events.txt', bytes: 9 }],
      problems: [],
    },
    commands: holdCommands(PLAN.identity, hold, { useExisting: false }),
  };
})();

export const CLAIMS: WindowLive = {
  due: 200,
  dueByNow: 120,
  sent: 118,
  ended: 110,
  live: 9,
  ready: 108,
  failed: 2,
  dueToReady: {
    all: { p50Ms: 42.1, p99Ms: 420.2 },
    warm: { p50Ms: 39.9, p99Ms: 59.1 },
    cold: { p50Ms: 341, p99Ms: 441 },
  },
};
