import { makePlan } from '../../src/domain/make-plan.ts';
import type { PlanParts } from '../../src/domain/make-plan.ts';
import type { Plan } from '../../src/domain/plan.ts';

export const OWNER = '0123456789';

/** What the plan of a run called `nightly` is made from, at the epoch. */
export const PARTS: PlanParts = {
  identity: { namespace: 'default', workflowId: 'nightly', firstExecutionRunId: 'run-1' },
  owner: OWNER,
  cluster: { provider: 'local', name: `st-nightly-${OWNER}`, location: 'here' },
  sandbox: {
    type: 'Kubernetes',
    install: 'own',
    systemNamespace: 'agent-sandbox-system',
    workloadNamespace: `st-nightly-${OWNER}`,
    template: 'template',
    warmPool: 'pool',
  },
  disposable: false,
  lease: '1h',
  leaseCap: '2h',
  nowMs: 0,
  workloadCommand: null,
  totalClaims: 120,
  warmPoolReplicas: 20,
};

export function planOf(parts: Partial<PlanParts> = {}): Plan {
  return makePlan({ ...PARTS, ...parts });
}
