import type { ActivityOptions } from '@temporalio/workflow';
import type { RunFindings } from '../activities/conclude.ts';
import type { PreparedRun } from '../activities/prepare.ts';
import type { RunReport } from '../src/report/report.ts';
import { patient } from './activity-proxies.ts';
import type { RunProgress } from './messages.ts';
import { StepJournal } from './step-journal.ts';

/** One life of a run, as its stages see it. */
export interface Life {
  readonly run: PreparedRun;
  readonly journal: StepJournal;
  readonly findings: RunFindings;
  readonly startedAtMs: number;
  /** Whether the guard has said that it stands. */
  guarded: boolean;
  /** Null until it is written. */
  report: RunReport | null;
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
    guarded: false,
    report: null,
  };
}

/** Returns once the guard stands, and while it unwinds nothing that concerns us. */
export async function putUnderGuard(
  life: Life,
  { toUnwind }: { toUnwind: boolean },
  bound: Pick<ActivityOptions, 'scheduleToCloseTimeout'> = {},
): Promise<void> {
  const { plan, limits } = life.run;
  const guard = patient(limits, { summary: 'put the run under guard', ...bound });
  await guard.watchRun({ plan, limits, toUnwind });
  life.guarded = true;
}

/** What the `progress` query answers. */
export function progressOf(runName: string, startedAtMs: number, life: Life | null): RunProgress {
  return {
    runName,
    phase: phaseOf(life),
    startedAtMs,
    steps: [...(life?.journal.records ?? [])],
    report: life?.report ?? null,
  };
}

function phaseOf(life: Life | null): string {
  if (life === null) return 'preparing';
  if (life.report !== null) return 'done';
  return life.journal.stage ?? 'waiting-for-guard';
}
