import { hostname } from 'node:os';
import { UnworkableError } from '../../domain/errors.ts';
import { ownedName } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import { holdingCluster } from '../local/cluster-lock.ts';
import type { ClusterProvider } from '../provider.ts';
import { refuseStranger } from '../refuse-stranger.ts';
import { kindFolder, writeRecord } from './cluster-record.ts';
import type { KindRecord } from './cluster-record.ts';
import { describeCluster } from './describe-cluster.ts';
import type { KindProviderDeps } from './ensure-cluster.ts';
import { ensureCluster } from './ensure-cluster.ts';
import { listClusters, listLeft, recordOf, removeCluster, withCluster } from './kind-clusters.ts';
import { writeInCluster } from './record-in-cluster.ts';

/** A throw-away cluster of containers, by the program kind. Its API server listens on loopback. */
export function createKindProvider(deps: KindProviderDeps): ClusterProvider {
  /** Writes plan, owner and lease over the record, on this machine and in the cluster, if there is one. */
  const rewrite = async (plan: Plan, mayWrite: (record: KindRecord) => boolean, work: Work) => {
    const { name } = plan.cluster;
    const look = async () => {
      const record = await recordOf(deps, name, work);
      return record !== null && mayWrite(record) ? record : null;
    };
    if ((await look()) === null) return;
    const folder = kindFolder(deps.stateFolder, name);
    await holdingCluster(deps.stateFolder, folder, work, async () => {
      const record = await look();
      if (record === null) return;
      const { owner, runName, leaseUntilSeconds, identity } = plan;
      const home = deps.home(identity.workflowId);
      const now = { ...record, owner, runName, leaseUntilSeconds, home };
      await writeRecord(folder, now);
      if (!record.made) return;
      await withCluster(deps, name, work, (kube) => writeInCluster(kube, now, plan.labels, work.signal));
    });
  };

  return {
    type: 'kind',
    capabilities: { disposable: true, pullsImages: true, inClusterWebhooks: true, execOnHost: false },
    plan: (_spec, runName, owner) => ({
      provider: 'kind',
      name: ownedName(runName, owner),
      location: hostname(),
    }),
    ensure: (plan, spec, work) => ensureCluster(deps, plan, spec, work),
    describe: (handle, work) => describeCluster(deps, handle, work),
    async credentials({ name, location }, work) {
      if (((await deps.kind.clustersIfAny(work)) ?? []).includes(name))
        return { kubeconfig: await deps.kind.kubeconfig(name, work), expiresAtMs: null };
      throw new UnworkableError({
        object: `cluster ${name}`,
        what: `there is none on ${hostname()}; it was planned for ${location}`,
        next: 'run a worker there, or let the run create it again',
      });
    },
    renewLease: (plan, work) =>
      rewrite(
        plan,
        (record) => {
          refuseStranger(plan.cluster, record.owner, plan.owner);
          return true;
        },
        work,
      ),
    takeOver: (plan, from, work) =>
      rewrite(
        plan,
        (record) => {
          if (record.owner === plan.owner) return false;
          refuseStranger(plan.cluster, record.owner, from);
          return true;
        },
        work,
      ),
    remove: (handle, owner, work) => removeCluster(deps, handle, owner, work),
    list: (work) => listClusters(deps, work),
    leftovers: (owner, work) => listLeft(deps, owner, work),
  };
}
