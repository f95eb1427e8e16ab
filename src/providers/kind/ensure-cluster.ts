import { UnavailableError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import type { RunSpec } from '../../spec/schema.ts';
import { replaceFile } from '../../system/replace-file.ts';
import { holdingCluster } from '../local/cluster-lock.ts';
import { makePrivate } from '../private-folder.ts';
import type { ClusterDetails, ClusterHome } from '../provider.ts';
import { providerSpec } from '../provider-spec.ts';
import { refuseStranger } from '../refuse-stranger.ts';
import { clusterConfig } from './cluster-config.ts';
import { kindFolder, writeRecord } from './cluster-record.ts';
import type { KindRecord } from './cluster-record.ts';
import { describeCluster } from './describe-cluster.ts';
import type { KindClustersDeps } from './kind-clusters.ts';
import { recordOf, withCluster } from './kind-clusters.ts';
import { writeInCluster } from './record-in-cluster.ts';

/** The world of the provider. */
export interface KindProviderDeps extends KindClustersDeps {
  /** Where the run of that workflow id lives. */
  home: (workflowId: string) => ClusterHome;
}

/**
 * Creates the run's cluster or adopts it. One whose create was cut off is deleted and made anew: kind itself can't go
 * on with it.
 */
export async function ensureCluster(
  deps: KindProviderDeps,
  plan: Plan,
  spec: RunSpec,
  work: Work,
): Promise<ClusterDetails> {
  const { kind, stateFolder } = deps;
  const { name } = plan.cluster;
  const folder = kindFolder(stateFolder, name);
  const version = await kind.version(work);
  const config = clusterConfig(providerSpec('kind', spec));
  return holdingCluster(stateFolder, folder, work, async () => {
    const found = await recordOf(deps, name, work);
    if (found !== null) refuseStranger(plan.cluster, found.owner, plan.owner);
    const isThere = (await kind.clusters(work)).includes(name);
    const record: KindRecord = found ?? newRecord(deps, plan);
    if (!isThere || !record.made) {
      // Whose it is stands before anything does.
      await writeRecord(folder, { ...record, made: false });
      await makePrivate(folder.root);
      await replaceFile(folder.config, config, 0o600);
      if (isThere) {
        work.progress(`deleting what a create that was cut off has left of ${name}`);
        await kind.delete(name, folder.kubeconfig, work);
      }
      work.progress(`creating cluster ${name} with kind ${version}`);
      await kind.create(name, folder, work);
    }
    const made = { ...record, made: true };
    await withCluster(deps, name, work, async (kube) => writeInCluster(kube, made, plan.labels, work.signal));
    await writeRecord(folder, made);
    const details = await describeCluster(deps, made.handle, work);
    if (details !== null) return details;
    throw new UnavailableError({
      object: `cluster ${name}`,
      what: 'it was made, and kind does not list it',
      next: 'trying again may help',
    });
  });
}

function newRecord(deps: KindProviderDeps, plan: Plan): KindRecord {
  return {
    version: 1,
    handle: { ...plan.cluster, provider: 'kind' },
    owner: plan.owner,
    runName: plan.runName,
    leaseUntilSeconds: plan.leaseUntilSeconds,
    home: deps.home(plan.identity.workflowId),
    made: false,
  };
}
