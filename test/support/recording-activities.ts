import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { asActivity } from '../../activities/activity-work.ts';
import type { ConclusionRequest } from '../../activities/conclude.ts';
import { clusterSource } from '../../activities/cluster-source.ts';
import { currentExecution, refuseUnentered } from '../../activities/current-execution.ts';
import { guardActivities } from '../../activities/guard.ts';
import type { Activities } from '../../activities/index.ts';
import type { PreparedRun, PrepareRequest } from '../../activities/prepare.ts';
import type { RevisedRun } from '../../activities/revise.ts';
import type { ForwardRequest } from '../../activities/stages.ts';
import { InvalidSpecError, UnworkableError } from '../../src/domain/errors.ts';
import { makePlan } from '../../src/domain/make-plan.ts';
import { ownedName } from '../../src/domain/names.ts';
import type { Ending } from '../../src/domain/outcomes.ts';
import { outcomeOf } from '../../src/domain/outcomes.ts';
import type { Plan, StepId } from '../../src/domain/plan.ts';
import type { WindowResult } from '../../src/measure/window-result.ts';
import type { RunReport } from '../../src/report/report.ts';
import type { RunSpec } from '../../src/spec/schema.ts';
import { ownerOf } from '../../src/system/owner-of.ts';
import type { RunLimits } from '../../workflows/limits.ts';
import { goodWindow } from '../measure/window-result-samples.ts';
import type { Doer, FakeSpec, RecordingWorld } from './recording-world.ts';
import { recordingWindows } from './recording-windows.ts';

/** Times of a run in which all that is waited for comes soon. */
export const SHORT: RunLimits = {
  heartbeatMs: 1_500,
  teardownDeadlineMs: 20_000,
  provisionMs: 60_000,
  evidenceMs: 20_000,
  loadMs: 60_000,
  arrivalsMs: 20_000,
  windowMs: 600_000,
  quietMs: 1_700,
  guardRetryMs: 1_000,
  leaseMs: 3_600_000,
  leaseCapMs: 7_200_000,
  holdMs: null,
  keepMs: null,
  neededMs: 60_000,
  undoAlarmMs: 60_000,
};

/** All activities over a world that only remembers. What run and guard ask of Temporal is asked of the real server. */
export function recordingActivities(world: RecordingWorld): Activities {
  const step =
    <Result>(id: StepId, resultOf: (plan: Plan) => Result) =>
    async (request: ForwardRequest): Promise<Result> => {
      const { plan } = request;
      const doer = doerFor(world, plan);
      const dies = world.faultsOf(plan).deadAt === id && Context.current().info.attempt === 1;
      if (dies) await world.doAndDie(plan, id, doer); // outside of asActivity: the dead don't heartbeat
      const result = asActivity<Result, string>(async (work) => {
        refuseUnentered(request);
        if (work.resume !== null) world.resumed.push({ runName: plan.runName, resume: work.resume });
        work.position(`${id}, attempt ${work.attempt}`);
        if (id === 'cluster') world.takeOver(plan);
        await world.do(request, id, work, doer);
        return resultOf(plan);
      });
      return unlessKilled(doer, result);
    };
  return {
    ...guardActivities(),
    prepareRun: (request) => asActivity(() => prepared(world, request)),
    createCluster: step('cluster', (plan) => ({
      handle: plan.cluster,
      kubernetesVersion: 'v0.0.0',
      nodes: { general: 1, sandbox: 4 },
      components: {},
      flags: {},
    })),
    installAgentSandbox: step('agent-sandbox', () => INSTALLATION),
    installWorkload: step('workload', () => undefined),
    fillWarmPool: step('warm-pool', () => ({ replicas: 1, fillMs: 1 })),
    ...recordingWindows(
      world,
      step('claims', (plan) => windowOf(world.faultsOf(plan).noData === true)),
    ),
    readControllerHistogram: () => asActivity(async () => null),
    collectEvidence: ({ plan }) => asActivity(() => world.gatherEvidence(plan)),
    renewLease: ({ plan }) => asActivity(async () => world.renewLease(plan)),
    reviseSpec: ({ spec, changes }) => asActivity(async () => revised(spec, changes)),
    undoStep: (request) => {
      const doer = doerFor(world, request.plan);
      const undone = asActivity(async (work) => {
        refuseUnentered(request);
        await world.undo(request.plan, request.stepId, work, doer);
      });
      return unlessKilled(doer, undone);
    },
    listLeftovers: ({ plan }) =>
      asActivity(async () =>
        world.left(plan.owner).map((name) => ({ kind: 'thing', name, detail: 'stands' })),
      ),
    writeRunReport: (request) => asActivity(async () => reportOf(world, request)),
  };
}

function doerFor(world: RecordingWorld, plan: Plan): Doer {
  const { workflowExecution, workflowType } = Context.current().info;
  return { by: `${workflowType}/${workflowExecution?.runId}`, worker: world.workerOf(plan) };
}

/** The dead neither answer nor heartbeat: Temporal has to find out by itself. What they say later is not heard. */
async function unlessKilled<Result>({ worker }: Doer, acting: Promise<Result>): Promise<Result> {
  await acting.catch(() => undefined);
  const { heartbeatTimeoutMs = 0 } = Context.current().info;
  if (worker.aborted) await sleep(2 * heartbeatTimeoutMs);
  return acting;
}

const INSTALLATION = {} as Awaited<ReturnType<Activities['installAgentSandbox']>>;

async function prepared(world: RecordingWorld, request: PrepareRequest): Promise<PreparedRun> {
  const { identity, startedAtMs: nowMs } = request;
  const spec = (request.spec ?? {}) as FakeSpec;
  if (spec.problems !== undefined) throw new InvalidSpecError(spec.problems);
  const owner = ownerOf(identity);
  const leaseSeconds = spec.leaseSeconds ?? SHORT.leaseMs / 1000;
  const capSeconds = spec.leaseCapSeconds ?? Math.max(leaseSeconds, SHORT.leaseCapMs / 1000);
  const name = ownedName(identity.workflowId, owner);
  world.register(owner, spec.faults ?? {});
  const byReset = request.originalExecutionRunId !== currentExecution();
  const taken =
    spec.takeOver === undefined
      ? null
      : await clusterSource({ runName: identity.workflowId, owner, takeOver: spec.takeOver, byReset });
  const plan = makePlan({
    identity,
    owner,
    cluster: taken?.cluster ?? { provider: 'recording', name, location: 'here' },
    takenFrom: taken?.takenFrom ?? null,
    sandbox: {
      type: 'Kubernetes',
      install: 'own',
      systemNamespace: 'agent-sandbox-system',
      workloadNamespace: name,
      template: name,
      warmPool: name,
    },
    disposable: false, // so that each step is undone by itself
    lease: `${leaseSeconds}s`,
    leaseCap: `${capSeconds}s`,
    nowMs,
    workloadCommand: null,
    totalClaims: 1,
    warmPoolReplicas: 1,
  });
  return {
    spec: spec as unknown as RunSpec,
    plan,
    limits: { ...SHORT, leaseMs: leaseSeconds * 1000, leaseCapMs: capSeconds * 1000, ...spec.limits },
    through: spec.through ?? 'run-claims',
    nodes: { general: 1, sandbox: 4 },
    searchAttributes: spec.searchAttributes ?? [],
  };
}

/** Changes are a part of a fake spec; one that holds problems is refused with them. */
function revised(spec: RunSpec, changes: unknown): RevisedRun {
  const { problems, ...changed } = changes as FakeSpec;
  if (problems !== undefined) throw new InvalidSpecError(problems, 'change', 'change');
  const fake = { ...(spec as unknown as FakeSpec), ...changed };
  return {
    spec: fake as unknown as RunSpec,
    limits: { ...SHORT, ...fake.limits },
    numbers: { totalClaims: 2, warmPoolReplicas: 2 },
  };
}

function windowOf(noData: boolean): WindowResult {
  const window = goodWindow(noData ? { ready: 0, failed: 200, warm: 0 } : {});
  return noData ? { ...window, errors: { Unschedulable: 200 } } : window;
}

const NO_DATA: Ending = {
  kind: 'failed',
  stage: 'run-claims',
  step: 'claims',
  errorType: 'NoData',
  message: 'No claim was measured.',
};

/** A real report is bounded too. */
const MOST_LISTED = 1;

/** As much of a report as the workflow reads. */
function reportOf(
  world: RecordingWorld,
  { run, findings, ending: given, unwound, kept = null, steps }: ConclusionRequest,
): RunReport {
  const ending = world.faultsOf(run.plan).reportedNoData === true ? NO_DATA : given;
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
    leftovers: unwound.leftovers.slice(0, MOST_LISTED),
    leftoverCount: unwound.leftovers.length,
    evidence: findings.evidence,
    kept,
  } as unknown as RunReport;
}
