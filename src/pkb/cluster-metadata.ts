import type { RunReport } from '../report/report.ts';
import type { PkbValue } from './samples.ts';

/** What PerfKitBenchmarker calls its pool for everything else is no pool of its list; ours is `general`. */
const DEFAULT_POOL = 'general';

/** PerfKitBenchmarker's keys about the cluster; none where no cluster was made. */
export function clusterMetadata({ cluster, spec, versions }: RunReport): Record<string, PkbValue> {
  if (cluster === null) return {};
  const pools: Record<string, { nodes: number; machineType?: string | null }> =
    'pools' in spec.provider ? spec.provider.pools : {};
  const machineOf = (name: string) =>
    Object.hasOwn(pools, name) ? (pools[name]?.machineType ?? null) : null;
  const others = Object.entries(cluster.nodes).filter(([pool]) => pool !== DEFAULT_POOL);
  return {
    cloud: cluster.provider,
    cluster_type: 'Kubernetes',
    name: cluster.name,
    zone: cluster.location,
    size: cluster.nodes[DEFAULT_POOL] ?? 0,
    machine_type: machineOf(DEFAULT_POOL),
    version: versions['kubernetes'] ?? null,
    nodepools: Object.fromEntries(
      others.map(([name, size]) => [name, { size, machine_type: machineOf(name), name }]),
    ),
    num_nodepools: others.length + 1,
  };
}
