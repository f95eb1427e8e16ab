import { makePlan } from '../../src/domain/make-plan.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { createKubernetesAgentSandbox } from '../../src/sandbox/kubernetes/kubernetes-agent-sandbox.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import type { RunSpec } from '../../src/spec/schema.ts';

/** A spec with every default, but for what is given. */
export function sampleSpec(agentSandbox: Record<string, unknown> = {}): RunSpec {
  return resolveSpec({ load: { qps: 1, duration: '1s' }, agentSandbox });
}

/** The plan of a run called `tide` of that owner, made at the epoch. */
export function samplePlan(spec: RunSpec = sampleSpec(), owner = '0123456789'): Plan {
  const sandbox = createKubernetesAgentSandbox({ manifestsFolder: async () => '' });
  return makePlan({
    identity: { namespace: 'default', workflowId: 'tide', firstExecutionRunId: owner },
    owner,
    cluster: { provider: 'local', name: 'tide', location: 'here' },
    sandbox: sandbox.plan(spec, 'tide', owner),
    disposable: false,
    lease: '1h',
    nowMs: 0,
    workloadCommand: null,
    totalClaims: 1,
    warmPoolReplicas: spec.agentSandbox.warmPool.replicas,
  });
}
