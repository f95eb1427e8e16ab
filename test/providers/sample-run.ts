import { makePlan } from '../../src/domain/make-plan.ts';
import type { Owner } from '../../src/domain/names.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { ClusterProvider } from '../../src/providers/provider.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import type { RunSpec } from '../../src/spec/schema.ts';

/** A spec with every default, but for the provider's part that is given. */
export function specWith(provider: Record<string, unknown> = { type: 'local' }): RunSpec {
  return resolveSpec({ load: { qps: 1, duration: '1s' }, provider });
}

/** The plan of a run of that name and owner on that provider, with an hour's lease. */
export function planFor(
  provider: ClusterProvider,
  spec: RunSpec,
  runName: string,
  owner: Owner,
  workloadCommand: string[] | null = null,
): Plan {
  const cluster = provider.plan(spec, runName, owner);
  return makePlan({
    identity: { namespace: 'default', workflowId: runName, firstExecutionRunId: owner },
    owner,
    cluster,
    sandbox: {
      type: 'Kubernetes',
      install: 'own',
      systemNamespace: 'agent-sandbox-system',
      workloadNamespace: 'workload',
      template: 'template',
      warmPool: 'pool',
    },
    disposable: provider.capabilities.disposable,
    lease: '1h',
    nowMs: Date.now(),
    workloadCommand,
    totalClaims: 1,
    warmPoolReplicas: 0,
  });
}
