import { durationMs } from '../../domain/durations.ts';
import { UnavailableError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import type { RunSpec } from '../../spec/schema.ts';
import type { FoundProgram, ProgramName } from '../../toolchain/programs.ts';
import type { Toolchain } from '../../toolchain/toolchain.ts';
import type { ClusterDetails, ClusterHome } from '../provider.ts';
import { providerSpec } from '../provider-spec.ts';
import { withKube } from './cluster-client.ts';
import { clusterFolder } from './cluster-folder.ts';
import { holdingCluster } from './cluster-lock.ts';
import { readRecord, writeRecord } from './cluster-record.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { createPlane, deadComponents, hasData, restartPlane, whileStanding } from './control-plane.ts';
import { CONTROLLER } from './deployment-process.ts';
import { describeCluster } from './describe-cluster.ts';
import { ensureExecGate } from './exec-gate.ts';
import { ensureNodes } from './fake-nodes.ts';
import { refuseStranger } from '../refuse-stranger.ts';
import type { PlaneDeps } from './prepare-plane.ts';

const PROGRAMS: readonly ProgramName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
  'kwok',
  'kwokctl',
  // Not before the install stage; but a program that can't be got is better known before anything is started.
  CONTROLLER,
];

/** The world of the provider. */
export interface LocalProviderDeps {
  toolchain: Pick<Toolchain, 'findAll'>;
  /** Clusters are folders in `local/` of it. */
  stateFolder: string;
  /** Where the run of that workflow id lives. */
  home: (workflowId: string) => ClusterHome;
}

/** Creates the run's cluster, or finishes, mends or adopts it; running it twice has the effect of once. */
export async function ensureCluster(
  deps: LocalProviderDeps,
  plan: Plan,
  spec: RunSpec,
  work: Work,
): Promise<ClusterDetails> {
  const { stateFolder } = deps;
  const folder = clusterFolder(stateFolder, plan.cluster.name);
  const look = async () => {
    const record = await readRecord(folder);
    if (record !== null) refuseStranger(plan.cluster, record.owner, plan.owner);
    return record;
  };
  await look();
  // Before anybody waits for us: it may build for minutes.
  const programs = await deps.toolchain.findAll(PROGRAMS, work);
  return holdingCluster(stateFolder, folder, work, async (hold) => {
    const { podStartup, pools } = providerSpec('local', spec);
    const plane: PlaneDeps = {
      stateFolder,
      hold,
      podStartup: { delayMs: durationMs(podStartup.delay), jitterMs: durationMs(podStartup.jitter) },
    };
    const found = await look();
    const standing = await ensurePlane(plane, found, () => newRecord(deps, plan, programs), work);
    const gated = await ensureExecGate(hold, standing, work);
    await whileStanding(folder, gated, work, (guarded) =>
      withKube(folder, gated, (kube) => ensureNodes(kube, pools, plan.labels, guarded)),
    );
    const record = await writeRecord(hold, { ...gated, made: true });
    return describeCluster(folder, record, work);
  });
}

/** Leaves alone what runs, starts again what has died, and makes anew what never stood or has lost its data. */
async function ensurePlane(
  plane: PlaneDeps,
  found: ClusterRecord | null,
  fresh: () => ClusterRecord,
  work: Work,
): Promise<ClusterRecord> {
  if (found === null || !found.made || !(await hasData(plane.hold.folder)))
    return createPlane(plane, fresh(), work);
  if (deadComponents(found).length === 0) return found;
  try {
    return await restartPlane(plane.hold, found, work);
  } catch (error) {
    work.signal.throwIfAborted();
    if (!(error instanceof UnavailableError)) throw error;
    work.progress('it could not be started again; making it anew');
    return createPlane(plane, fresh(), work);
  }
}

function newRecord(
  deps: LocalProviderDeps,
  plan: Plan,
  programs: Record<string, FoundProgram>,
): ClusterRecord {
  return {
    version: 1,
    handle: plan.cluster,
    owner: plan.owner,
    runName: plan.runName,
    labels: plan.labels,
    leaseUntilSeconds: plan.leaseUntilSeconds,
    home: deps.home(plan.identity.workflowId),
    ports: {} as ClusterRecord['ports'],
    programs,
    workload:
      plan.workloadCommand === null
        ? null
        : { namespace: plan.sandbox.workloadNamespace, command: plan.workloadCommand },
    made: false,
    processes: {},
    controller: null,
  };
}
