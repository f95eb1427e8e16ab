import { ApplicationFailure } from '@temporalio/workflow';
import { load, patientBySpec, provisioning, quick } from './activity-proxies.ts';
import type { Life } from './life.ts';

/** The cluster, created or, where an attempt before did it, adopted. */
export async function createCluster({ run, journal, findings }: Life): Promise<void> {
  const { plan, spec, limits } = run;
  journal.begin('create-cluster');
  findings.cluster = await journal.run('cluster', (step) =>
    provisioning(limits, { summary: step.title }).createCluster({ plan, spec }),
  );
}

/** The controller, then what claims need: namespace and template, then the warm pool, filled. */
export async function installAgentSandbox({ run, journal, findings }: Life): Promise<void> {
  const { plan, spec, limits } = run;
  journal.begin('install-agent-sandbox');
  findings.installation = await journal.run('agent-sandbox', (step) =>
    provisioning(limits, { summary: step.title }).installAgentSandbox({ plan, spec }),
  );
  await journal.run('workload', (step) =>
    provisioning(limits, { summary: step.title }).installWorkload({ plan, spec }),
  );
  findings.warmPool = await journal.run('warm-pool', (step) =>
    patientBySpec(limits, { summary: step.title }).fillWarmPool({ plan, spec }),
  );
}

/** The load. No claim that became ready is a failure: no data never reads as a good number. */
export async function runClaims({ run, journal, findings }: Life): Promise<void> {
  const { plan, spec, limits } = run;
  journal.begin('run-claims');
  await journal.run('claims', async (step) => {
    const window = await load(limits, { summary: step.title }).runClaims({ plan, spec, windowIndex: 0 });
    findings.windows.push(window);
    findings.controllerHistogram = await quick(limits, {
      summary: "read the controller's histogram",
    }).readControllerHistogram({ installation: findings.installation });
    if (window.counts.ready === 0) {
      throw ApplicationFailure.nonRetryable(
        `no claim of ${window.counts.due} became ready (${reasons(window.errors)})`,
        'NoData',
      );
    }
  });
}

function reasons(errors: Record<string, number>): string {
  const parts = Object.entries(errors).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? 'no reason was recorded' : parts.join(', ');
}
