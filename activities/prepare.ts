import { InvalidSpecError } from '../src/domain/errors.ts';
import type { Owner, RunIdentity } from '../src/domain/names.ts';
import { runNameProblem } from '../src/domain/names.ts';
import type { Plan } from '../src/domain/plan.ts';
import type { ForwardStage } from '../src/domain/stages.ts';
import { askedNames, nodesOf, planRun } from '../src/planning/plan-run.ts';
import { resolveSpec } from '../src/spec/resolve.ts';
import { ownerOf } from '../src/system/owner-of.ts';
import type { RunSpec } from '../src/spec/schema.ts';
import type { RunLimits } from '../workflows/limits.ts';
import { asActivity } from './activity-work.ts';
import type { ClusterSource } from './cluster-source.ts';
import { clusterSource, refuseOtherCluster } from './cluster-source.ts';
import { currentExecution } from './current-execution.ts';
import type { ActivityDeps } from './deps.ts';
import { limitsOf } from './limits-of.ts';

/** Everything that is frozen in history before anything exists. */
export interface PreparedRun {
  spec: RunSpec;
  plan: Plan;
  limits: RunLimits;
  /** The last stage that is done. */
  through: ForwardStage;
  /** Nodes by pool that the spec asks for. */
  nodes: Record<string, number>;
  /** Search attributes that may be set without wedging the workflow. */
  searchAttributes: string[];
}

export interface PrepareRequest {
  spec: unknown;
  identity: RunIdentity;
  startedAtMs: number;
  /** Where the execution may have come by a reset. */
  originalExecutionRunId?: string;
}

export function prepareActivities(deps: ActivityDeps) {
  return {
    /** Checks the spec as the user sent it and makes the plan. Fails at once, with every problem, on a bad one. */
    prepareRun(request: PrepareRequest): Promise<PreparedRun> {
      return asActivity(async () => {
        const spec = resolveSpec(request.spec);
        const { identity } = request;
        const problem = runNameProblem(identity.workflowId);
        if (problem !== null) throw new InvalidSpecError([{ path: 'workflow id', message: problem }], 'run');
        refuseHostCommand(spec, deps);
        const owner = ownerOf(identity);
        const asked = askedNames(spec, identity.workflowId, owner, deps);
        const taken = await takenCluster(spec, request, owner);
        if (taken !== null) refuseOtherCluster(spec, taken, asked);
        const names = {
          ...asked,
          ...(taken === null ? {} : { cluster: taken.cluster, sandbox: taken.sandbox }),
          takenFrom: taken?.takenFrom ?? null,
        };
        const { startedAtMs } = request;
        const plan = planRun(spec, { identity, owner, startedAtMs }, names, deps);
        const { searchAttributes } = deps;
        return {
          spec,
          plan,
          limits: limitsOf(spec),
          through: spec.through,
          nodes: nodesOf(spec),
          searchAttributes: [...searchAttributes],
        };
      });
    },
  };
}

async function takenCluster(
  { takeOver }: RunSpec,
  { identity, originalExecutionRunId }: PrepareRequest,
  owner: Owner,
): Promise<ClusterSource | null> {
  if (takeOver === null) return null;
  const byReset = originalExecutionRunId !== undefined && originalExecutionRunId !== currentExecution();
  return clusterSource({ runName: identity.workflowId, owner, takeOver, byReset });
}

/** Who may start a run may not, by that alone, run what they like on the worker's own machine. */
function refuseHostCommand({ load, provider }: RunSpec, deps: ActivityDeps): void {
  const onHost = deps.provider(provider.type).capabilities.execOnHost;
  if (load.workloadCommand === null || !onHost || deps.hostCommands === true) return;
  const message = `would run on the worker's own machine, for the nodes of provider ${provider.type} are fake; start the worker with SANDTIDE_HOST_COMMANDS=1 to allow it`;
  throw new InvalidSpecError([{ path: 'load.workloadCommand', message }]);
}
