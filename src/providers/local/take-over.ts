import type { Owner } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import { clusterFolder } from './cluster-folder.ts';
import { holdingCluster } from './cluster-lock.ts';
import { readRecord, writeRecord } from './cluster-record.ts';
import type { LocalProviderDeps } from './ensure-cluster.ts';
import { refuseStranger } from '../refuse-stranger.ts';

/** Writes into the record of another owner's cluster that it is the plan's from now on. */
export async function takeOver(
  { stateFolder, home }: Pick<LocalProviderDeps, 'stateFolder' | 'home'>,
  plan: Plan,
  from: Owner,
  work: Work,
): Promise<void> {
  const { cluster, owner, runName, identity, labels, leaseUntilSeconds } = plan;
  const folder = clusterFolder(stateFolder, cluster.name);
  /** Null where there is nothing to be taken, or it is taken already. */
  const theirs = async () => {
    const record = await readRecord(folder);
    if (record === null || record.owner === owner) return null;
    refuseStranger(cluster, record.owner, from);
    return record;
  };
  if ((await theirs()) === null) return;
  await holdingCluster(stateFolder, folder, work, async (hold) => {
    const record = await theirs();
    if (record === null) return;
    const ours = { owner, runName, labels, leaseUntilSeconds, home: home(identity.workflowId) };
    await writeRecord(hold, { ...record, ...ours });
  });
}
