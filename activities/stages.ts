import type { Plan } from '../src/domain/plan.ts';
import type { ClusterDetails } from '../src/providers/provider.ts';
import type { SandboxInstallation, SandboxTarget } from '../src/sandbox/agent-sandbox.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import type { ActivityWork } from './activity-work.ts';
import { asActivity } from './activity-work.ts';
import { refuseUnentered } from './current-execution.ts';
import type { ActivityDeps } from './deps.ts';
import { mendCluster } from './mend-cluster.ts';
import { takeOver } from './take-over.ts';
import { withCluster } from './with-cluster.ts';

/** Whom and what a step is about. */
export interface StepRequest {
  plan: Plan;
  spec: RunSpec;
}

/** What every forward step is given. */
export interface ForwardRequest extends StepRequest {
  /** The execution that has put itself under guard last; null where that is not looked at. */
  entered?: string | null;
}

/** The steps of create-cluster and install-agent-sandbox: each looks first, so that a second attempt adopts the first's. */
export function stageActivities(deps: ActivityDeps) {
  const sandbox = (plan: Plan) => deps.agentSandbox(plan.sandbox.type);
  const forward = <T>(request: ForwardRequest, act: (work: ActivityWork<never>) => Promise<T>): Promise<T> =>
    asActivity(async (work) => {
      refuseUnentered(request);
      return act(work);
    });
  const inCluster = async <T>(
    request: ForwardRequest,
    work: ActivityWork<never>,
    act: (target: SandboxTarget) => Promise<T>,
  ): Promise<T> => {
    if (work.attempt > 1) await mendCluster(deps, request, work);
    return withCluster(deps, request, work, act);
  };
  return {
    createCluster(request: ForwardRequest): Promise<ClusterDetails> {
      const { plan, spec } = request;
      return forward(request, async (work) => {
        await takeOver(deps, request, work);
        return deps.provider(plan.cluster.provider).ensure(plan, spec, work);
      });
    },
    installAgentSandbox(request: ForwardRequest): Promise<SandboxInstallation> {
      return forward(request, (work) =>
        inCluster(request, work, (target) => sandbox(request.plan).install(target, work)),
      );
    },
    installWorkload(request: ForwardRequest): Promise<void> {
      return forward(request, (work) =>
        inCluster(request, work, (target) => sandbox(request.plan).installWorkload(target, work)),
      );
    },
    fillWarmPool(request: ForwardRequest): Promise<{ replicas: number; fillMs: number }> {
      return forward(request, (work) =>
        inCluster(request, work, (target) => sandbox(request.plan).fillWarmPool(target, work)),
      );
    },
  };
}
