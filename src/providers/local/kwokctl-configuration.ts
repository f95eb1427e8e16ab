import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ProgramName } from '../../toolchain/programs.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import type { ClusterPorts } from './cluster-ports.ts';
import { kwokStages } from './kwok-stages.ts';

/** Programs of the control plane, by their place in kwokctl's configuration. */
export const CONTROL_PLANE = {
  etcd: 'etcdBinary',
  'kube-apiserver': 'kubeApiserverBinary',
  'kube-controller-manager': 'kubeControllerManagerBinary',
  'kube-scheduler': 'kubeSchedulerBinary',
  kwok: 'kwokControllerBinary',
  // kwokctl looks for it in PATH first, and downloads one where it finds none.
  kubectl: 'kubectlBinary',
} as const satisfies Partial<Record<ProgramName, string>>;

/** The components that run, by the names of their pid files. */
export const COMPONENTS = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok-controller',
] as const;

export interface PlaneSetting {
  folder: ClusterFolder;
  ports: ClusterPorts;
  /** Path of each program in `CONTROL_PLANE`. */
  programs: Record<keyof typeof CONTROL_PLANE, string>;
  podStartup: { delayMs: number; jitterMs: number };
  /** What only the exec gate knows; null where nothing may be executed. */
  execPass: string | null;
}

/** kwokctl's whole configuration as YAML documents: everything on loopback, every port and every program named. */
export function kwokctlConfiguration(setting: PlaneSetting): string {
  const { ports, podStartup, execPass } = setting;
  const documents = [
    planeConfiguration(setting),
    kwokConfiguration(execPass !== null),
    ...kwokStages({
      startDelayMs: podStartup.delayMs,
      startJitterMs: podStartup.jitterMs,
      kubeletPort: execPass === null ? ports.kwok : ports.execGate,
    }),
    ...(execPass === null ? [] : [execRule(execPass, setting.folder)]),
  ];
  return documents.map((document) => `---\n${stringify(document)}`).join('');
}

function planeConfiguration({ folder, ports, programs }: PlaneSetting): Record<string, unknown> {
  const keys = join(folder.plane, 'pki');
  const binaries = Object.entries(CONTROL_PLANE).map(([program, option]) => [
    option,
    programs[program as keyof typeof CONTROL_PLANE],
  ]);
  return {
    apiVersion: 'config.kwok.x-k8s.io/v1alpha1',
    kind: 'KwokctlConfiguration',
    options: {
      runtime: 'binary',
      bindAddress: '127.0.0.1',
      kubeApiserverPort: ports.apiServer,
      etcdPort: ports.etcd,
      etcdPeerPort: ports.etcdPeer,
      kubeControllerManagerPort: ports.controllerManager,
      kubeSchedulerPort: ports.scheduler,
      kwokControllerPort: ports.kwok,
      ...Object.fromEntries(binaries),
      cacheDir: join(folder.kwok, 'cache'),
      securePort: true,
      kubeAuthorization: true,
      kubeAdmission: true,
      // Garbage collection at the default 20 calls per second would be what a run measures.
      disableQPSLimits: true,
    },
    componentsPatches: [
      {
        name: 'kube-apiserver',
        extraArgs: [
          // The same bounds as in agent-sandbox's own scalability test on kwok; kwokctl would lift them altogether.
          { key: 'max-requests-inflight', value: '2000', override: true },
          { key: 'max-mutating-requests-inflight', value: '1000', override: true },
          // Else it needs an address beyond loopback to announce, which a machine without a network lacks.
          { key: 'advertise-address', value: '127.0.0.1', override: false },
          { key: 'endpoint-reconciler-type', value: 'none', override: false },
          // How the exec gate knows that it is the API server who asks, and the other way round.
          { key: 'kubelet-client-certificate', value: join(keys, 'admin.crt'), override: false },
          { key: 'kubelet-client-key', value: join(keys, 'admin.key'), override: false },
          { key: 'kubelet-certificate-authority', value: join(keys, 'ca.crt'), override: false },
        ],
      },
      {
        name: 'etcd',
        // The data lives as long as the run; a disk that syncs slowly would be measured along.
        extraArgs: [{ key: 'unsafe-no-fsync', value: 'true', override: false }],
      },
      // Both are up before the API server is, and would ask it again after 2 seconds only.
      ...['kube-controller-manager', 'kube-scheduler'].map((name) => ({
        name,
        extraArgs: [{ key: 'leader-elect-retry-period', value: '500ms', override: false }],
      })),
    ],
  };
}

function kwokConfiguration(exec: boolean): Record<string, unknown> {
  return {
    apiVersion: 'config.kwok.x-k8s.io/v1alpha1',
    kind: 'KwokConfiguration',
    options: {
      enableDebuggingHandlers: exec,
      enableProfilingHandler: false,
      // Four by default, which a fill of hundreds of pods would wait for.
      podPlayStageParallelism: 16,
      // With this document written kwok leaves out its own defaults, and does not start without some of them.
      cidr: '10.0.0.0/24',
      nodePlayStageParallelism: 4,
      nodeLeaseParallelism: 4,
      podsOnNodeSyncParallelism: 4,
      enablePodsOnNodeSyncListPager: true,
    },
  };
}

/**
 * kwok runs any command for any pod of the namespaces named here, and asks nobody who they are. So the one name it
 * gets is no namespace but a pass: the gate in front of it puts it in place of the run's namespace once it has
 * checked caller, namespace and command.
 */
function execRule(execPass: string, folder: ClusterFolder): Record<string, unknown> {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'ClusterExec',
    metadata: { name: 'workload' },
    spec: {
      selector: { matchNamespaces: [execPass] },
      execs: [{ local: { workDir: folder.root } }],
    },
  };
}
