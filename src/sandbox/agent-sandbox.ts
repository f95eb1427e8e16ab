import type { EvidenceSource } from '../domain/evidence.ts';
import type { Plan, SandboxNames } from '../domain/plan.ts';
import type { Owner } from '../domain/names.ts';
import type { Work } from '../domain/work.ts';
import type { KubeClient, KubeObject } from '../kubernetes/kube-client.ts';
import type { RunSpec } from '../spec/schema.ts';

/** What was installed. JSON-safe; goes into the report. */
export interface SandboxInstallation {
  type: string;
  version: string;
  /** SHA-256 over the manifests that were applied; null where the installation is not the run's own. */
  manifestsSha256: string | null;
  controllerImage: string;
  /** Arguments of the controller's container, as applied. */
  controllerArgs: string[];
  /** Full command and metrics address where the controller runs as a process of the cluster; else null. */
  process: { command: string[]; metricsUrl: string } | null;
}

/**
 * Where an undo does its work: a cluster that is there, and the part of the plan that can be had from labels alone.
 * Undos know no spec: the guard has none, and a sweep has no plan either.
 */
export interface RemovalTarget {
  kube: KubeClient;
  plan: Pick<Plan, 'owner' | 'sandbox'>;
}

/** Where a forward step does its work. */
export interface SandboxTarget extends RemovalTarget {
  plan: Plan;
  spec: RunSpec;
  /** The cluster's API server reaches Services in the cluster (see ProviderCapabilities). */
  inClusterWebhooks: boolean;
  /** Runs a Deployment as a process where pods are fake; null where pods really run. */
  runDeployment:
    ((deployment: KubeObject, work: Work) => Promise<{ command: string[]; metricsUrl: string }>) | null;
}

/**
 * agent-sandbox as a resource of the cluster: installed after it, removed before it. Each method looks first and acts
 * then; what is ours (same owner label) is adopted, anybody else's is refused with ConflictError.
 */
export interface AgentSandbox {
  readonly type: string;
  /** Names, from spec and owner alone; touches nothing. */
  plan(spec: RunSpec, runName: string, owner: Owner): SandboxNames;
  /** The same names from what a run left in a cluster, for whoever has nothing but labels. */
  readonly namesByLabel?: (kube: KubeClient, owner: Owner, work: Work) => Promise<SandboxNames>;
  /**
   * Namespace, CRDs until Established, RBAC, the rest, one configured controller Deployment, its rollout. With
   * `useExisting` nothing but a look whether the installation that is there is what the spec says.
   */
  install(target: SandboxTarget, work: Work): Promise<SandboxInstallation>;
  /** The workload namespace, the RuntimeClass where one is asked for, and the SandboxTemplate. */
  installWorkload(target: SandboxTarget, work: Work): Promise<void>;
  /** The SandboxWarmPool until readyReplicas is what was asked for. Resolves with how long the fill took. */
  fillWarmPool(target: SandboxTarget, work: Work): Promise<{ replicas: number; fillMs: number }>;
  /** Controller, RBAC, CRDs, namespace: gone and seen to be gone. Nothing of an installation that is not the run's own. */
  uninstall(target: RemovalTarget, work: Work): Promise<void>;
  removeWorkload(target: RemovalTarget, work: Work): Promise<void>;
  removeWarmPool(target: RemovalTarget, work: Work): Promise<void>;
  /** Deletes every claim of this owner and waits until they and their sandboxes are gone. */
  removeClaims(target: RemovalTarget, work: Work): Promise<void>;
  /** Puts the plan's labels on everything that carries the other owner's: it is this run's then, to use and to undo. */
  takeOver(target: SandboxTarget, from: Owner, work: Work): Promise<void>;
  /** What is there now: the installed version and whether the controller is available; null where nothing is. */
  describe(target: RemovalTarget, work: Work): Promise<{ version: string; available: boolean } | null>;
  /** The metrics of a controller that runs in the cluster, as Prometheus' text. */
  readonly controllerMetrics?: (target: RemovalTarget, work: Work) => Promise<string>;
  /** What the cluster tells about a run that failed in it; nothing is read before a source is collected. */
  readonly evidence?: (target: SandboxTarget) => EvidenceSource[];
}
