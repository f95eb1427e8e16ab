import { hostname } from 'node:os';
import { ownedName } from '../../domain/names.ts';
import type { ClusterHandle } from '../../domain/plan.ts';
import type { ClusterProvider } from '../provider.ts';
import { madeRecord } from './cluster-client.ts';
import { clusterFolder } from './cluster-folder.ts';
import { holdingCluster } from './cluster-lock.ts';
import { readRecord } from './cluster-record.ts';
import { CONTROLLER, runAsProcess } from './deployment-process.ts';
import { describeCluster } from './describe-cluster.ts';
import { ensureCluster } from './ensure-cluster.ts';
import type { LocalProviderDeps } from './ensure-cluster.ts';
import { localEvidence } from './evidence.ts';
import { selfContainedKubeconfig } from './kubeconfig.ts';
import { localClusters } from './local-clusters.ts';
import { renewLease } from './renew-lease.ts';
import { takeOver } from './take-over.ts';

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
    ensure: (plan, spec, work) => ensureCluster(deps, plan, spec, work),
    async describe(handle, work) {
      const folder = folderOf(handle);
      const record = await readRecord(folder);
      return record === null ? null : describeCluster(folder, record, work);
    },
    async credentials(handle) {
      const folder = folderOf(handle);
      const record = await madeRecord(folder, handle);
      return { kubeconfig: await selfContainedKubeconfig(folder, record), expiresAtMs: null };
    },
    renewLease: (plan, work) => renewLease(stateFolder, plan, work),
    takeOver: (plan, from, work) => takeOver(deps, plan, from, work),
    ...localClusters(stateFolder),
    evidence: (handle) => localEvidence(folderOf(handle)),
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
