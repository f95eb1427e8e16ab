import { Context } from '@temporalio/activity';
import { asActivity } from '../../activities/activity-work.ts';
import type { ConclusionRequest } from '../../activities/conclude.ts';
import { guardActivities } from '../../activities/guard.ts';
import type { Activities } from '../../activities/index.ts';
import { InvalidSpecError, UnworkableError } from '../../src/domain/errors.ts';
import { makePlan } from '../../src/domain/make-plan.ts';
import type { RunIdentity } from '../../src/domain/names.ts';
import { ownedName } from '../../src/domain/names.ts';
import { outcomeOf } from '../../src/domain/outcomes.ts';
import type { Plan, StepId } from '../../src/domain/plan.ts';
import type { WindowResult } from '../../src/measure/window-result.ts';
import type { RunReport } from '../../src/report/report.ts';
import type { RunSpec } from '../../src/spec/schema.ts';
import { ownerOf } from '../../src/system/owner-of.ts';
import type { RunLimits } from '../../workflows/limits.ts';
import { goodWindow } from '../measure/window-result-samples.ts';
import type { FakeSpec, RecordingWorld } from './recording-world.ts';

/** Times of a run in which all that is waited for comes soon. */
export const SHORT: RunLimits = {
  heartbeatMs: 1_500,
  teardownDeadlineMs: 20_000,
  provisionMs: 60_000,
  evidenceMs: 20_000,
  loadMs: 60_000,
  quietMs: 1_700,
  guardRetryMs: 1_000,
};

/** All activities over a world that only remembers. What run and guard ask of Temporal is asked of the real server. */
export function recordingActivities(world: RecordingWorld): Activities {
  const step =
    <Result>(id: StepId, result: (plan: Plan) => Result) =>
    async ({ plan }: { plan: Plan }): Promise<Result> => {
      const dies = world.faultsOf(plan).deadAt === id && Context.current().info.attempt === 1;
      if (dies) await world.doAndDie(plan, id); // outside of asActivity: the dead don't heartbeat
      return asActivity<Result, string>(async (work) => {
        if (work.resume !== null) world.resumed.push({ runName: plan.runName, resume: work.resume });
        work.position(`${id}, attempt ${work.attempt}`);
        await world.do(plan, id, work);
        return result(plan);
      });
    };
  return {
    ...guardActivities(),
    prepareRun: ({ spec, identity, startedAtMs }) =>
      asActivity(async () => prepared(world, (spec ?? {}) as FakeSpec, identity, startedAtMs)),
    createCluster: step('cluster', (plan) => ({
      handle: plan.cluster,
      kubernetesVersion: 'v0.0.0',
      nodes: {},
      components: {},
    })),
    installAgentSandbox: step('agent-sandbox', () => INSTALLATION),
    installWorkload: step('workload', () => undefined),
    fillWarmPool: step('warm-pool', () => ({ replicas: 1, fillMs: 1 })),
    runClaims: step('claims', (plan) => windowOf(world.faultsOf(plan).noData === true)),
    readControllerHistogram: () => asActivity(async () => null),
    collectEvidence: ({ plan }) => asActivity(() => world.gatherEvidence(plan)),
    undoStep: ({ plan, stepId }) => asActivity((work) => world.undo(plan, stepId, work)),
    listLeftovers: ({ plan }) =>
      asActivity(async () =>
        world.left(plan.owner).map((name) => ({ kind: 'thing', name, detail: 'stands' })),
      ),
    writeRunReport: (request) => asActivity(async () => reportOf(world, request)),
  };
}

const INSTALLATION = {} as Awaited<ReturnType<Activities['installAgentSandbox']>>;

function prepared(world: RecordingWorld, spec: FakeSpec, identity: RunIdentity, nowMs: number) {
  if (spec.problems !== undefined) throw new InvalidSpecError(spec.problems);
  const owner = ownerOf(identity);
  const name = ownedName(identity.workflowId, owner);
  world.register(owner, spec.faults ?? {});
  const plan = makePlan({
    identity,
    owner,
    cluster: { provider: 'recording', name, location: 'here' },
    sandbox: {
      type: 'Kubernetes',
      systemNamespace: 'agent-sandbox-system',
      workloadNamespace: name,
      template: name,
      warmPool: name,
    },
    disposable: false, // so that each step is undone by itself
    lease: `${spec.leaseSeconds ?? 3_600}s`,
    nowMs,
    workloadCommand: null,
    totalClaims: 1,
    warmPoolReplicas: 1,
  });
  return {
    spec: spec as unknown as RunSpec,
    plan,
    limits: { ...SHORT, ...spec.limits },
    searchAttributes: spec.searchAttributes ?? [],
  };
}

function windowOf(noData: boolean): WindowResult {
  const window = goodWindow(noData ? { ready: 0, failed: 200, warm: 0 } : {});
  return noData ? { ...window, errors: { Unschedulable: 200 } } : window;
}

/** As much of a report as the workflow reads. */
function reportOf(
  world: RecordingWorld,
  { run, findings, ending, unwound, steps }: ConclusionRequest,
): RunReport {
  const { runName, owner } = run.plan;
  if (world.faultsOf(run.plan).noReport === true) {
    throw new UnworkableError({ what: 'is full', object: 'the disk', next: 'make room' });
  }
  const outcome = outcomeOf(ending, unwound.leftovers.length, unwound.undoFailed);
  world.reports.push({ runName, outcome });
  const failure = ending.kind === 'failed' ? ending : null;
  return {
    runName,
    owner,
    outcome,
    ending: ending.kind,
    failure,
    steps,
    leftovers: unwound.leftovers,
    evidence: findings.evidence,
  } as unknown as RunReport;
}
