import { longestUnwindMs } from '../src/domain/guarding.ts';
import type { Ending, Outcome } from '../src/domain/outcomes.ts';
import { outcomeOf } from '../src/domain/outcomes.ts';
import type { SoakFindings } from '../src/report/soak-report.ts';
import { quick, SOON } from './activity-proxies.ts';
import { describeError } from './errors.ts';
import { gatherEvidence } from './evidence.ts';
import { keepCluster } from './keep.ts';
import type { Life } from './life.ts';
import { putUnderGuard } from './under-guard.ts';
import type { UnwindResult } from './unwind.ts';
import { unwind } from './unwind.ts';

/** How a run has ended, the unwind and the report included. */
export interface Settled {
  outcome: Outcome;
  ending: Ending;
  unwound: UnwindResult;
  /** Why there is no report; null where there is one. */
  reportProblem: string | null;
}

/**
 * The evidence of a failure, the unwind (or that the cluster is kept), then the report with what it left, then the
 * guard's release if nothing was. The caller runs it in a non-cancellable scope.
 */
export async function settle(life: Life, ending: Ending): Promise<Settled> {
  if (life.entered === null) await untilAlone(life);
  if (ending.kind === 'failed' && wantsEvidence(life)) life.findings.evidence = await gatherEvidence(life);
  life.kept = await keepCluster(life, ending);
  const unwound = life.kept === null ? await unwindRun(life) : { leftovers: [], undoFailed: 0 };
  const reportProblem = await writeReport(life, ending, unwound);
  const outcome = life.report?.outcome ?? outcomeOf(ending, unwound.leftovers.length, unwound.undoFailed);
  life.journal.mark({ SandtideOutcome: outcome });
  if (outcome !== 'cleanup-incomplete' && life.kept === null) await release(life);
  return { outcome, ending, unwound, reportProblem };
}

/** What was gathered when a hold began is nearer to the failure than what is there hours later. */
function wantsEvidence({ findings: { evidence } }: Life): boolean {
  return evidence === null || evidence.folder === null;
}

function unwindRun(life: Life): Promise<UnwindResult> {
  return unwind(life.run, life.journal, {
    execution: () => life.entered,
    enterAgain: () => untilAlone(life),
  });
}

/**
 * The guard may be unwinding this very run, after a reset: then it is let finish. A guard that says nothing for as long
 * as all of its undos together may take unwinds nothing either.
 */
async function untilAlone(life: Life): Promise<void> {
  const scheduleToCloseTimeout = longestUnwindMs(life.run.plan, life.run.limits);
  try {
    await putUnderGuard(life, { toUnwind: true }, { scheduleToCloseTimeout });
  } catch {
    life.entered = null; // whoever asks for an undo then is not asked back
  }
}

/** A report that can't be written (a full disk) is no reason to keep guard and cluster: it says so, and goes on. */
async function writeReport(life: Life, ending: Ending, unwound: UnwindResult): Promise<string | null> {
  const { plan, spec, limits } = life.run;
  try {
    life.report = await quick(limits, { summary: 'write the report' }).writeRunReport({
      run: { plan, spec },
      findings: life.findings,
      ending,
      unwound,
      kept: life.kept,
      soak: soakOf(life),
      steps: [...life.journal.records],
      startedAtMs: life.startedAtMs,
      endedAtMs: Date.now(),
    });
    return null;
  } catch (error) {
    return describeError(error).message;
  }
}

/** What a load of many windows has come to, beyond its figures; of one window, what was changed of it. */
function soakOf({ load, continued }: Life): SoakFindings | null {
  if (load === null || (load.single && load.notes.first.length === 0)) return null;
  return { series: load.series, notes: load.notes, dropped: load.dropped, continued };
}

/** A guard that can't be told sees for itself that the run has ended, and finds nothing to unwind. */
async function release(life: Life): Promise<void> {
  const { plan, limits } = life.run;
  try {
    await quick(limits, { summary: 'release the guard', ...SOON }).releaseGuard(plan);
  } catch {
    // As above.
  }
}
