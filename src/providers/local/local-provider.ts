import { hostname } from 'node:os';
import { durationMs } from '../../domain/durations.ts';
import { UnavailableError, UnworkableError } from '../../domain/errors.ts';
import { ownedName } from '../../domain/names.ts';
import type { ClusterHandle, Plan } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import { connect } from '../../kubernetes/connect.ts';
import type { KubeClient } from '../../kubernetes/kube-client.ts';
import { isAlive } from '../../system/process-identity.ts';
import type { RunSpec } from '../../spec/schema.ts';
import type { FoundProgram, ProgramName } from '../../toolchain/programs.ts';
import type { Toolchain } from '../../toolchain/toolchain.ts';
import type { ClusterDetails, ClusterHome, ClusterProvider } from '../provider.ts';
import { clusterFolder } from './cluster-folder.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { holdingCluster } from './cluster-lock.ts';
import { readRecord, writeRecord } from './cluster-record.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { createPlane, deadComponents, hasData, restartPlane, whileStanding } from './control-plane.ts';
import type { PlaneDeps } from './control-plane.ts';
import { runAsProcess } from './deployment-process.ts';
import { EXEC_GATE, ensureExecGate } from './exec-gate.ts';
import { countNodes, ensureNodes } from './fake-nodes.ts';
import { selfContainedKubeconfig } from './kubeconfig.ts';
import { localClusters, refuseStranger } from './local-clusters.ts';

const CONTROLLER = 'agent-sandbox-controller';
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

/** A control plane of real programs on this machine, with nodes and pods that kwok makes believe. */
export function createLocalProvider(deps: LocalProviderDeps): ClusterProvider {
  const { stateFolder } = deps;
  const folderOf = (handle: ClusterHandle) => clusterFolder(stateFolder, handle.name);
  return {
    type: 'local',
    capabilities: { disposable: true, pullsImages: false, inClusterWebhooks: false, execOnHost: true },
    plan: (_spec, runName, owner) => ({
      provider: 'local',
      name: ownedName(runName, owner),
      location: hostname(),
    }),
    ensure: (plan, spec, work) => ensure(deps, plan, spec, work),
    async describe(handle, work) {
      const folder = folderOf(handle);
      const record = await readRecord(folder);
      return record === null ? null : describe(folder, record, work);
    },
    async credentials(handle) {
      const folder = folderOf(handle);
      const record = await madeRecord(folder, handle);
      return { kubeconfig: await selfContainedKubeconfig(folder, record), expiresAtMs: null };
    },
    ...localClusters(stateFolder),
    async runDeployment(handle, deployment, work) {
      const programs = await deps.toolchain.findAll([CONTROLLER], work);
      const folder = folderOf(handle);
      return holdingCluster(stateFolder, folder, work, async (hold) => {
        const record = await madeRecord(folder, handle);
        const program = programs[CONTROLLER]!.path;
        return runAsProcess({ program, deployment, stateFolder }, hold, record, work);
      });
    },
  };
}

async function ensure(
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
    const { podStartup, pools } = spec.provider;
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
    return describe(folder, record, work);
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

/** The record of a cluster that can be talked to. */
async function madeRecord(folder: ClusterFolder, handle: ClusterHandle): Promise<ClusterRecord> {
  const record = await readRecord(folder);
  if (record === null) {
    throw new UnworkableError({
      object: `cluster ${handle.name}`,
      what: `there is none on ${hostname()}; it was planned for ${handle.location}`,
      next: 'run a worker there, or let the run create it again',
    });
  }
  if (record.made) return record;
  throw new UnavailableError({
    object: `cluster ${handle.name}`,
    what: 'its creation was cut off',
    next: 'create it again, which finishes it, or remove it',
  });
}

/** What runs, by the record and the processes; of one that does not answer no nodes are known. */
async function describe(folder: ClusterFolder, record: ClusterRecord, work: Work): Promise<ClusterDetails> {
  const dead = new Set(deadComponents(record));
  const components: Record<string, string> = {};
  for (const [name, { version, origin }] of Object.entries(record.programs)) {
    if (name === 'kubectl' || name === 'kwokctl' || name === CONTROLLER) continue;
    const component = name === 'kwok' ? 'kwok-controller' : name;
    components[name] = `${version} (${origin})${dead.has(component) ? ', not running' : ''}`;
  }
  if (record.controller !== null) {
    const { version = '?', origin = '?' } = record.programs[CONTROLLER] ?? {};
    components[CONTROLLER] =
      `${version} (${origin})${isAlive(record.controller.process) ? '' : ', not running'}`;
  }
  const gate = record.processes[EXEC_GATE];
  if (gate !== undefined) components[EXEC_GATE] = isAlive(gate) ? 'running' : 'not running';
  const answers = record.made && !dead.has('kube-apiserver') && !dead.has('etcd');
  return {
    handle: record.handle,
    kubernetesVersion: record.programs['kube-apiserver']?.version ?? 'unknown',
    nodes: answers ? await withKube(folder, record, (kube) => countNodes(kube, work.signal)) : {},
    components,
  };
}

async function withKube<T>(
  folder: ClusterFolder,
  record: ClusterRecord,
  act: (kube: KubeClient) => Promise<T>,
): Promise<T> {
  const kube = connect({ kubeconfig: await selfContainedKubeconfig(folder, record) });
  try {
    return await act(kube);
  } finally {
    await kube.close();
  }
}
