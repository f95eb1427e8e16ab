import type { Plan } from '../../domain/plan.ts';
import type { Work } from '../../domain/work.ts';
import { clusterFolder } from './cluster-folder.ts';
import { holdingCluster } from './cluster-lock.ts';
import { readRecord, writeRecord } from './cluster-record.ts';
import { refuseStranger } from '../refuse-stranger.ts';

/** Writes the plan's lease into the record of the run's own cluster. */
export async function renewLease(stateFolder: string, plan: Plan, work: Work): Promise<void> {
  const { cluster, owner, labels, leaseUntilSeconds } = plan;
  const folder = clusterFolder(stateFolder, cluster.name);
  const look = async () => {
    const record = await readRecord(folder);
    if (record !== null) refuseStranger(cluster, record.owner, owner);
    return record;
  };
  if ((await look()) === null) return;
  await holdingCluster(stateFolder, folder, work, async (hold) => {
    const record = await look();
    if (record === null) return;
    await writeRecord(hold, { ...record, labels: { ...record.labels, ...labels }, leaseUntilSeconds });
  });
}
