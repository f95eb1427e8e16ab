import { stringify } from 'yaml';
import type { RunSpec } from '../../spec/schema.ts';
import { POOL_LABEL } from '../node-pools.ts';

type KindSpec = Extract<RunSpec['provider'], { type: 'kind' }>;

/** What `kind create cluster --config` reads: one control plane, and each pool's nodes with their labels and taints. */
export function clusterConfig({ image, pools }: KindSpec): string {
  const imaged = image === null ? {} : { image };
  const workers = Object.entries(pools).flatMap(([pool, { nodes, taints, labels: more }]) =>
    Array.from({ length: nodes }, () => ({
      role: 'worker',
      ...imaged,
      labels: { ...more, [POOL_LABEL]: pool },
      ...(taints.length === 0 ? {} : { kubeadmConfigPatches: [joinPatch(taints)] }),
    })),
  );
  return stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    networking: { apiServerAddress: '127.0.0.1' },
    nodes: [{ role: 'control-plane', ...imaged }, ...workers],
  });
}

/** Without an apiVersion it fits whichever one of kubeadm's this Kubernetes has; the field is the same in all. */
function joinPatch(taints: KindSpec['pools']['sandbox']['taints']): string {
  return stringify({ kind: 'JoinConfiguration', nodeRegistration: { taints } });
}
