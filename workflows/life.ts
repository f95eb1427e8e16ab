import type { RunFindings } from '../activities/conclude.ts';
import type { PreparedRun } from '../activities/prepare.ts';
import type { StageStart } from '../src/domain/operator-commands.ts';
import type { Ending } from '../src/domain/outcomes.ts';
import type { Stage } from '../src/domain/stages.ts';
import type { RunReport } from '../src/report/report.ts';
import type { CarriedLife } from './continue-run.ts';
import type { OpenHold } from './hold.ts';
import type { KeptCluster } from '../src/domain/kept-cluster.ts';
import type { LoadState } from './load-state.ts';
import { loadProgress } from './load-progress.ts';
import type { RunProgress } from './messages.ts';
import { StepJournal } from './step-journal.ts';

/** One life of a run, as its stages see it. */
export interface Life {
  /** As it was prepared, but for what changes on the way: its lease, and what an operator has changed of its spec. */
  run: PreparedRun;
  readonly journal: StepJournal;
  readonly findings: RunFindings;
  readonly startedAtMs: number;
  /**
   * The execution that has put itself under guard last; null before. Activities refuse to act for another one: a reset
   * has come in between.
   */
  entered: string | null;
  /** Where each stage was begun last. */
  readonly starts: Partial<Record<Stage, StageStart>>;
  /** The failed stage that waits for an operator; null where none does. */
  hold: OpenHold | null;
  /** How many holds there were so far. */
  holds: number;
  /** Stages that an operator left out, with what had failed. */
  readonly skipped: Map<Stage, Extract<Ending, { kind: 'failed' }>>;
  /** The cluster is left for another run, under guard; null where it is not. */
  kept: KeptCluster | null;
  /** Null until it is written. */
  report: RunReport | null;
  /** The load; null until it is begun. An operator who changes the spec lets it begin anew. */
  load: LoadState | null;
  /** Executions of this run before this one, by continue-as-new. */
  readonly continued: number;
}

export function beginLife(run: PreparedRun, startedAtMs: number): Life {
  return {
    run,
    journal: new StepJournal(run.plan, run.searchAttributes),
    findings: {
      cluster: null,
      installation: null,
      warmPool: null,
      windows: [],
      controllerHistogram: null,
      evidence: null,
    },
    startedAtMs,
    entered: null,
    starts: {},
    hold: null,
    holds: 0,
    skipped: new Map(),
    kept: null,
    report: null,
    load: null,
    continued: 0,
  };
}

/** The life that another execution has carried on to this one. */
export function continuedLife(carried: CarriedLife): Life {
  const { run, startedAtMs, records, starts, findings, holds, skipped, load, continued } = carried;
  return {
    ...beginLife(run, startedAtMs),
    journal: new StepJournal(run.plan, run.searchAttributes, records),
    findings: { ...findings, windows: load.blocks },
    starts,
    holds,
    skipped: new Map(skipped),
    load,
    continued,
  };
}

/** What the `progress` query answers. */
export function progressOf(runName: string, startedAtMs: number, life: Life | null): RunProgress {
  return {
    runName,
    phase: phaseOf(life),
    startedAtMs,
    steps: [...(life?.journal.records ?? [])],
    hold: life?.hold?.shown ?? null,
    starts: Object.values(life?.starts ?? {}),
    report: life?.report ?? null,
    load: life === null ? null : loadProgress(life),
  };
}

function phaseOf(life: Life | null): string {
  if (life === null) return 'preparing';
  if (life.report !== null) return 'done';
  return life.journal.stage ?? 'waiting-for-guard';
}
