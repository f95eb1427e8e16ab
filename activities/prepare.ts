import { durationMs } from '../src/domain/durations.ts';
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

/** Everything that is frozen in history before anything exists. */
export interface PreparedRun {
  spec: RunSpec;
  plan: Plan;
  limits: RunLimits;
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
          nowMs: request.startedAtMs, // not the clock: a second attempt must make the same plan
          workloadCommand: workloadCommand(spec.load.workloadDuration, provider.capabilities.execOnHost),
          totalClaims: spec.load.total,
          warmPoolReplicas: spec.agentSandbox.warmPool.replicas,
        });
        return { spec, plan, limits: limitsOf(spec), searchAttributes: [...deps.searchAttributes] };
      });
    },
  };
}

/** From hearing that it was cancelled until an activity has really stopped. */
const STOPPING_MS = 5_000;
/** An API server that is well tells all in a second or two; one that is not may say nothing for ever. */
const EVIDENCE_MS = 20_000;
/** Often enough to end a bill within the hour, seldom enough to keep the guard's history small for days. */
const GUARD_RETRY_MS = 3_600_000;

/** Margins over what the spec asks for: an attempt that takes longer is stuck. */
function limitsOf(spec: RunSpec): RunLimits {
  const drainMs = durationMs(spec.load.readyTimeout) + durationMs(spec.load.workloadDuration);
  return {
    heartbeatMs: durationMs(spec.limits.heartbeatTimeout),
    evidenceMs: EVIDENCE_MS,
    quietMs: durationMs(spec.limits.heartbeatTimeout) + STOPPING_MS,
    guardRetryMs: GUARD_RETRY_MS,
    teardownDeadlineMs: durationMs(spec.limits.teardownDeadline),
    provisionMs: durationMs(spec.agentSandbox.warmPool.readyTimeout) + 20 * 60_000,
    loadMs: durationMs(spec.load.duration) + drainMs + 10 * 60_000,
  };
}
