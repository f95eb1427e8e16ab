import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunFindings } from '../activities/conclude.ts';
import type { PreparedRun } from '../activities/prepare.ts';
import type { StageStart } from '../src/domain/operator-commands.ts';
import type { Ending } from '../src/domain/outcomes.ts';
import type { StepRecord } from '../src/domain/progress.ts';
import type { Stage } from '../src/domain/stages.ts';
import type { Life } from './life.ts';
import type { LoadState } from './load-state.ts';
import { changeFrom, note, windowIn } from './load-state.ts';
import type { sandboxRun } from './sandbox-run.ts';

/** What a run hands to itself when it continues as new: in the middle of its load, between two windows. */
export interface CarriedLife {
  run: PreparedRun;
  startedAtMs: number;
  records: StepRecord[];
  starts: Partial<Record<Stage, StageStart>>;
  findings: Omit<RunFindings, 'windows'>;
  holds: number;
  skipped: [Stage, Extract<Ending, { kind: 'failed' }>][];
  load: LoadState;
  /** How many executions there were before. */
  continued: number;
}

/** Bounds of our own, where a server suggests none: a fifth of what it allows. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 10 * 1024 * 1024;

/** Whether the history has grown so long that the run should continue as new. */
export function mayContinue(): boolean {
  const { continueAsNewSuggested, historyLength, historySize } = workflowInfo();
  return continueAsNewSuggested || historyLength > MOST_EVENTS || historySize > MOST_BYTES;
}

/** Continues as new, unless the run was cancelled: a cancel that is pending would be dropped. */
export async function continueRun(life: Life, load: LoadState): Promise<never> {
  await condition(allHandlersFinished); // an operator gets an answer
  if (CancellationScope.current().consideredCancelled) await CancellationScope.current().cancelRequested;
  changeFrom(load, windowIn(life.run.limits, load, load.next).fromMs);
  note(load, {
    window: load.next,
    kind: 'continued',
    text: `continued as a new execution after ${workflowInfo().historyLength} events`,
  });
  return continueAsNew<typeof sandboxRun>(null, carried(life, load));
}

function carried(life: Life, load: LoadState): CarriedLife {
  const { run, startedAtMs, journal, starts, holds, skipped, continued } = life;
  const { windows: _, ...findings } = life.findings;
  return {
    run,
    startedAtMs,
    records: [...journal.records],
    starts,
    findings,
    holds,
    skipped: [...skipped],
    load: { ...load, open: false },
    continued: continued + 1,
  };
}
