import type { Plan } from '../src/domain/plan.ts';
import type { ClusterDetails } from '../src/providers/provider.ts';
import type { SandboxInstallation } from '../src/sandbox/agent-sandbox.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import { asActivity } from './activity-work.ts';
import type { ActivityDeps } from './deps.ts';
import { withCluster } from './with-cluster.ts';

/** What every forward step is given. */
export interface StepRequest {
  plan: Plan;
  spec: RunSpec;
}

/** The steps of create-cluster and install-agent-sandbox: each looks first, so that a second attempt adopts the first's. */
export function stageActivities(deps: ActivityDeps) {
  const sandbox = (plan: Plan) => deps.agentSandbox(plan.sandbox.type);
  return {
    createCluster(request: StepRequest): Promise<ClusterDetails> {
      return asActivity((work) =>
        deps.provider(request.plan.cluster.provider).ensure(request.plan, request.spec, work),
      );
    },
    installAgentSandbox(request: StepRequest): Promise<SandboxInstallation> {
      return asActivity((work) =>
        withCluster(deps, request, work, (target) => sandbox(request.plan).install(target, work)),
      );
    },
    installWorkload(request: StepRequest): Promise<void> {
      return asActivity((work) =>
        withCluster(deps, request, work, (target) => sandbox(request.plan).installWorkload(target, work)),
      );
    },
    fillWarmPool(request: StepRequest): Promise<{ replicas: number; fillMs: number }> {
      return asActivity((work) =>
        withCluster(deps, request, work, (target) => sandbox(request.plan).fillWarmPool(target, work)),
      );
    },
  };
}
