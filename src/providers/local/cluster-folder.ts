import { join } from 'node:path';
import { UnworkableError } from '../../domain/errors.ts';

/** kwokctl's own name for the control plane: the folder above it tells clusters apart. */
export const PLANE = 'plane';

/** What a cluster may be called, and so what may be a folder of one. */
export const CLUSTER_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Where the files of one local cluster lie. Everything is below `root`, which is 0700. */
export interface ClusterFolder {
  root: string;
  /** Our own record: owner, lease, ports, processes. */
  record: string;
  /** Held by whoever changes the cluster. */
  lock: string;
  /** KWOK_WORKDIR. */
  kwok: string;
  /** kwokctl's folder of this control plane, with its pids, logs and keys. */
  plane: string;
  kwokctlConfiguration: string;
  kubeconfig: string;
  logs: string;
  gate: string;
  /** Certificates that the agent-sandbox controller makes for itself. */
  controllerCertificates: string;
}

/** All local clusters of a state folder. */
export function clustersFolder(stateFolder: string): string {
  return join(stateFolder, 'local');
}

/** Paths alone; makes nothing. Throws `UnworkableError` for a name that is none of ours: it would lead elsewhere. */
export function clusterFolder(stateFolder: string, name: string): ClusterFolder {
  if (!CLUSTER_NAME.test(name)) {
    throw new UnworkableError({
      object: `cluster ${JSON.stringify(name)}`,
      what: 'is no name of a local cluster',
      next: 'use lower-case letters, digits and hyphens',
    });
  }
  const root = join(clustersFolder(stateFolder), name);
  const kwok = join(root, 'kwok');
  const plane = join(kwok, 'clusters', PLANE);
  return {
    root,
    record: join(root, 'cluster.json'),
    lock: join(root, 'lock'),
    kwok,
    plane,
    kwokctlConfiguration: join(root, 'kwokctl.yaml'),
    kubeconfig: join(plane, 'kubeconfig.yaml'),
    logs: join(root, 'logs'),
    gate: join(root, 'exec-gate.json'),
    controllerCertificates: join(root, 'controller-certificates'),
  };
}
