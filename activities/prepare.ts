import { InvalidSpecError } from '../src/domain/errors.ts';
import { makePlan } from '../src/domain/make-plan.ts';
import type { RunIdentity } from '../src/domain/names.ts';
import { runNameProblem } from '../src/domain/names.ts';
import type { Plan } from '../src/domain/plan.ts';
import { workloadCommand } from '../src/load/workload.ts';
import { resolveSpec } from '../src/spec/resolve.ts';
import { ownerOf } from '../src/system/owner-of.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import type { RunLimits } from '../workflows/limits.ts';
import { asActivity } from './activity-work.ts';
import type { ActivityDeps } from './deps.ts';
import { limitsOf } from './limits-of.ts';

/** Everything that is frozen in history before anything exists. */
export interface PreparedRun {
  spec: RunSpec;
  plan: Plan;
  limits: RunLimits;
  /** Nodes by pool that the spec asks for. */
  nodes: Record<string, number>;
  /** Search attributes that may be set without wedging the workflow. */
  searchAttributes: string[];
}

export function prepareActivities(deps: ActivityDeps) {
  return {
    /** Checks the spec as the user sent it and makes the plan. Fails at once, with every problem, on a bad one. */
    prepareRun(request: { spec: unknown; identity: RunIdentity; startedAtMs: number }): Promise<PreparedRun> {
      return asActivity(async () => {
        const spec = resolveSpec(request.spec);
        const { identity } = request;
        const problem = runNameProblem(identity.workflowId);
        if (problem !== null) throw new InvalidSpecError([{ path: 'workflow id', message: problem }], 'run');
        const owner = ownerOf(identity);
        const provider = deps.provider(spec.provider.type);
        const plan = makePlan({
          identity,
          owner,
          cluster: provider.plan(spec, identity.workflowId, owner),
          sandbox: deps.agentSandbox(spec.agentSandbox.type).plan(spec, identity.workflowId, owner),
          disposable: provider.capabilities.disposable,
          lease: spec.limits.lease,
          leaseCap: spec.limits.leaseCap,
          nowMs: request.startedAtMs, // not the clock: a second attempt must make the same plan
          workloadCommand: workloadCommand(spec.load.workloadDuration, provider.capabilities.execOnHost),
          totalClaims: spec.load.total,
          warmPoolReplicas: spec.agentSandbox.warmPool.replicas,
        });
        const { searchAttributes } = deps;
        return {
          spec,
          plan,
          limits: limitsOf(spec),
          nodes: nodesOf(spec),
          searchAttributes: [...searchAttributes],
        };
      });
    },
  };
}

function nodesOf({ provider }: RunSpec): Record<string, number> {
  return Object.fromEntries(Object.entries(provider.pools).map(([pool, { nodes }]) => [pool, nodes]));
}
