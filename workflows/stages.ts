import { ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { TakenFrom } from '../src/domain/plan.ts';
import type { ForwardStage } from '../src/domain/stages.ts';
import type { WindowResult } from '../src/measure/window-result.ts';
import { patientBySpec, provisioning, quick, SOON } from './activity-proxies.ts';
import type { Life } from './life.ts';
import type { RunLimits } from './limits.ts';
import { runLoad } from './run-load.ts';

/** What each of them does. Done again, it finds what is there and makes what is missing. */
export const STAGE_WORK: Record<ForwardStage, (life: Life) => Promise<void>> = {
  'create-cluster': createCluster,
  'install-agent-sandbox': installAgentSandbox,
  'run-claims': runClaims,
};

/** The cluster, created or, where an attempt before did it, adopted. */
async function createCluster({ run, entered, journal, findings }: Life): Promise<void> {
  const { plan, spec, limits } = run;
  findings.cluster = await journal.run('cluster', (step) =>
    provisioning(limits, { summary: step.title }).createCluster({ plan, spec, entered }),
  );
  if (plan.takenFrom !== null) await relieveGuard(limits, plan.takenFrom);
}

/** The guard that has kept the cluster. Not told, it sees at the end of its time that the cluster is another's by now. */
async function relieveGuard(limits: RunLimits, { runName, owner }: TakenFrom): Promise<void> {
  try {
    const summary = `relieve the guard of ${runName}`;
    await quick(limits, { summary, ...SOON }).releaseGuard({ runName, owner });
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}

/** The controller, then what claims need: namespace and template, then the warm pool, filled. */
async function installAgentSandbox({ run, entered, journal, findings }: Life): Promise<void> {
  const { plan, spec, limits } = run;
  findings.installation = await journal.run('agent-sandbox', (step) =>
    provisioning(limits, { summary: step.title }).installAgentSandbox({ plan, spec, entered }),
  );
  await journal.run('workload', (step) =>
    provisioning(limits, { summary: step.title }).installWorkload({ plan, spec, entered }),
  );
  const beganMs = Date.now();
  const pool = await journal.run('warm-pool', (step) =>
    patientBySpec(limits, { summary: step.title }).fillWarmPool({ plan, spec, entered }),
  );
  // A pool that was found tells its age, which is no time that a fill took.
  const found = pool.fillMs > Date.now() - beganMs;
  const fillMs = found ? (findings.warmPool?.fillMs ?? pool.fillMs) : pool.fillMs;
  findings.warmPool = { ...pool, fillMs };
}

/** The load. No claim that became ready is a failure: no data never reads as a good number. */
async function runClaims(life: Life): Promise<void> {
  const { journal, findings } = life;
  const { plan, spec, limits } = life.run;
  await journal.run('claims', async (step) => {
    findings.controllerHistogram = null;
    await runLoad(life, step.title);
    findings.controllerHistogram = await quick(limits, {
      summary: "read the controller's histogram",
    }).readControllerHistogram({ plan, spec, installation: findings.installation });
    const { due, ready, errors } = totals(findings.windows);
    if (ready === 0) {
      throw ApplicationFailure.nonRetryable(`no claim of ${due} became ready (${reasons(errors)})`, 'NoData');
    }
  });
}

function totals(windows: readonly WindowResult[]): {
  due: number;
  ready: number;
  errors: Record<string, number>;
} {
  const errors: Record<string, number> = {};
  for (const window of windows) {
    for (const [reason, count] of Object.entries(window.errors))
      errors[reason] = (errors[reason] ?? 0) + count;
  }
  const sum = (of: 'due' | 'ready') => windows.reduce((total, { counts }) => total + counts[of], 0);
  return { due: sum('due'), ready: sum('ready'), errors };
}

function reasons(errors: Record<string, number>): string {
  const parts = Object.entries(errors).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? 'no reason was recorded' : parts.join(', ');
}
