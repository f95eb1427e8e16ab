/** How a value of PerfKitBenchmarker is written in a spec. */
export type Reading =
  | 'text'
  | 'whole'
  | 'number'
  | 'seconds'
  | 'truth'
  | 'labels'
  | 'taints'
  | 'release'
  | 'endpoint'
  | 'namespace';

/** One of PerfKitBenchmarker's settings and its counterpart. */
export interface PkbName {
  /** In the config, below the benchmark: `agent_sandbox.controller.image`. Null for what is a flag alone. */
  key: string | null;
  /** The flags that set the same, of all generations, without hyphens. */
  flags: readonly string[];
  /** In the spec; null for what has no counterpart. */
  place: string | null;
  reading: Reading;
  /** What differs, or why there is no counterpart; a sentence. */
  note: string | null;
}

type Options = Partial<Pick<PkbName, 'flags' | 'reading' | 'note'>>;

const name = (
  key: string | null,
  place: string | null,
  { flags = [], reading = 'text', note = null }: Options = {},
) => ({
  key,
  flags: flags.map((flag) => `agent_sandbox_${flag}`),
  place,
  reading,
  note,
});

const load = (flag: string, key: string, reading: Reading, note: string | null = null) =>
  name(null, `load.${key}`, { flags: [flag], reading, note });
const controller = (key: string, ours: string, reading: Reading = 'text', note: string | null = null) =>
  name(`agent_sandbox.controller.${key}`, `agentSandbox.controller.${ours}`, {
    flags: [`controller_${key}`],
    reading,
    note,
  });
const template = (key: string, ours: string, options: Options = {}) =>
  name(`agent_sandbox.sandbox_template.${key}`, `agentSandbox.template.${ours}`, options);

const NO_LIMIT =
  "PerfKitBenchmarker's newest release takes the request for the limit; a spec has no CPU limit unless it says so.";
const NAMES_OF_RUN = 'Names follow from the run, so that two runs never meet.';

/** Every setting of PerfKitBenchmarker's agent_sandbox, in both generations: config keys and flags. */
export const PKB_NAMES: readonly PkbName[] = [
  load('qps', 'qps', 'number'),
  load('duration', 'duration', 'seconds'),
  load('total', 'total', 'whole', 'Set, it takes the place of the duration.'),
  load(
    'max_concurrent',
    'maxConcurrent',
    'whole',
    'It bounds live claims, where PerfKitBenchmarker bounds its threads.',
  ),
  load('ready_timeout', 'readyTimeout', 'seconds'),
  load('workload_duration', 'workloadDuration', 'seconds'),
  name(null, 'agentSandbox.claim.ttlAfterFinished', {
    flags: ['claim_ttl_seconds'],
    reading: 'seconds',
    note: 'It counts from the end of the pod; what ends a claim for certain is agentSandbox.claim.lifetime.',
  }),
  name('agent_sandbox.type', 'agentSandbox.type'),
  name('agent_sandbox.namespace', 'agentSandbox.namespace', {
    flags: ['namespace'],
    reading: 'namespace',
    note: 'A run makes and removes its namespace, so default can be none; template and pool are in it too.',
  }),
  name('agent_sandbox.manifest_ref', 'agentSandbox.version', {
    flags: ['manifest_ref', 'controller_ref'],
    reading: 'release',
    note: 'Pinned by digest: a release other than ours needs agentSandbox.manifestsSha256; the local provider runs ours alone.',
  }),
  name('agent_sandbox.manifest_repo', null, {
    note: 'The worker takes manifests from its cache or from SANDTIDE_AGENT_SANDBOX_MANIFESTS.',
  }),
  name('agent_sandbox.sandbox_nodepool', null, {
    note: 'Says which of the node pools is provider.pools.sandbox.',
  }),
  name(null, null, { flags: ['template', 'warmpool'], note: NAMES_OF_RUN }),
  controller('image', 'image'),
  controller('claim_workers', 'claimWorkers', 'whole'),
  controller('sandbox_workers', 'sandboxWorkers', 'whole'),
  controller('warmpool_workers', 'warmPoolWorkers', 'whole'),
  controller('warmpool_max_batch_size', 'warmPoolMaxBatchSize', 'whole'),
  controller('kube_api_burst', 'kubeApiBurst', 'whole'),
  controller('kube_api_qps', 'kubeApiQps', 'number'),
  controller('cpu_request', 'cpuRequest', 'text', NO_LIMIT),
  controller('cpu_limit', 'cpuLimit'),
  controller('memory_request', 'memoryRequest'),
  controller('memory_limit', 'memoryLimit'),
  controller('enable_tracing', 'enableTracing', 'truth'),
  controller('otel_endpoint', 'otlpEndpoint', 'endpoint', 'Without a scheme it is taken for http.'),
  controller('leader_elect', 'leaderElect', 'truth'),
  template('runtime_class', 'runtimeClass', { flags: ['runtime_class'] }),
  template('image', 'image'),
  template('cpu_request', 'cpuRequest', { note: NO_LIMIT }),
  template('cpu_limit', 'cpuLimit'),
  template('memory_request', 'memoryRequest'),
  template('memory_limit', 'memoryLimit'),
  template('ephemeral_storage_request', 'ephemeralStorageRequest'),
  template('labels', 'labels', { reading: 'labels' }),
  name('agent_sandbox.sandbox_warmpool.replicas', 'agentSandbox.warmPool.replicas', {
    flags: ['warmpool_replicas'],
    reading: 'whole',
    note: '0 makes a pool of none, and every claim a cold start.',
  }),
  name('container_cluster.vm_count', 'provider.pools.general.nodes', {
    flags: ['general_pool_nodes'],
    reading: 'whole',
  }),
  name('container_cluster.vm_spec.CLOUD.machine_type', 'provider.pools.general.machineType', {
    flags: ['general_pool_machine_type'],
  }),
  name('container_cluster.nodepools.POOL.vm_count', 'provider.pools.sandbox.nodes', {
    flags: ['sandbox_pool_nodes'],
    reading: 'whole',
  }),
  name('container_cluster.nodepools.POOL.vm_spec.CLOUD.machine_type', 'provider.pools.sandbox.machineType', {
    flags: ['sandbox_pool_machine_type'],
  }),
  name('container_cluster.nodepools.POOL.max_pods_per_node', 'provider.pools.sandbox.maxPods', {
    flags: ['sandbox_pool_max_pods_per_node'],
    reading: 'whole',
  }),
  name('container_cluster.nodepools.POOL.node_labels', 'provider.pools.sandbox.labels', {
    reading: 'labels',
  }),
  name('container_cluster.nodepools.POOL.node_taints', 'provider.pools.sandbox.taints', {
    reading: 'taints',
  }),
  name('container_cluster.cloud', null, {
    note: 'A spec says provider; none of them makes a cloud cluster, but existing takes one that is there.',
  }),
];
