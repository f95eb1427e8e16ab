import { hostname } from 'node:os';
import { UnavailableError, UnworkableError } from '../../domain/errors.ts';
import type { ClusterHandle } from '../../domain/plan.ts';
import { connect } from '../../kubernetes/connect.ts';
import type { KubeClient } from '../../kubernetes/kube-client.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { readRecord } from './cluster-record.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { selfContainedKubeconfig } from './kubeconfig.ts';

/** The record of a cluster that can be talked to. */
export async function madeRecord(folder: ClusterFolder, handle: ClusterHandle): Promise<ClusterRecord> {
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

/** Runs `act` with a client for the cluster, which is closed again. */
export async function withKube<T>(
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
