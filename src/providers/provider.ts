import type { EvidenceSource } from '../domain/evidence.ts';
import type { ClusterHandle, Leftover, Plan } from '../domain/plan.ts';
import type { Owner } from '../domain/names.ts';
import type { OwnedCluster } from '../domain/owned-cluster.ts';
import type { Work } from '../domain/work.ts';
import type { KubeObject } from '../kubernetes/kube-client.ts';
import type { RunSpec } from '../spec/schema.ts';

/** What a provider's clusters can and cannot do, each with its consequence. */
export interface ProviderCapabilities {
  /** The cluster lives for one run: the undos inside it are left to its own removal. */
  readonly disposable: boolean;
  /** Pods pull and run real images; without it images need no digest. */
  readonly pullsImages: boolean;
  /** The API server reaches Services in the cluster; without it CRD conversion webhooks are taken out. */
  readonly inClusterWebhooks: boolean;
  /** pods/exec runs the command on this very host, with this Node, so the workload must be Node's, not python's. */
  readonly execOnHost: boolean;
}

/** A cluster as it was found or made. JSON-safe, no secret. */
export interface ClusterDetails {
  handle: ClusterHandle;
  kubernetesVersion: string;
  /** Node count by pool. */
  nodes: Record<string, number>;
  /** Programs or services that make it up, with versions: `{ etcd: '3.6.6 (build)' }`. */
  components: Record<string, string>;
  /** SHA-256 of those that are files of this machine; missing where none is. */
  digests?: Record<string, string>;
  /** Arguments of those that tell them: bounded, none secret. */
  flags: Record<string, string[]>;
}

/** How to reach a cluster now. Stays on the worker: never in a workflow, a log or a report. */
export interface ClusterAccess {
  /** A kubeconfig document. */
  kubeconfig: string;
  /** When it stops working (epoch ms); null where it does not expire. */
  expiresAtMs: number | null;
}

/** What `list` finds; also read by the sweep's decision, which may not know this layer. */
export type { ClusterHome, OwnedCluster } from '../domain/owned-cluster.ts';

/**
 * One way to get a cluster. Every method looks first and acts then; running one twice has the effect of once.
 * The contract is `test/providers/contract.ts`; a new provider is a file here and a row in `registry.ts`.
 */
export interface ClusterProvider {
  readonly type: string;
  readonly capabilities: ProviderCapabilities;
  /** Names, from spec and owner alone; touches nothing. */
  plan(spec: RunSpec, runName: string, owner: Owner): ClusterHandle;
  /** Creates the cluster or adopts the run's own; a stranger's of the same name is refused with ConflictError. */
  ensure(plan: Plan, spec: RunSpec, work: Work): Promise<ClusterDetails>;
  /** The cluster as it is now, or null where there is none (any more). */
  describe(handle: ClusterHandle, work: Work): Promise<ClusterDetails | null>;
  credentials(handle: ClusterHandle, work: Work): Promise<ClusterAccess>;
  /**
   * Writes the plan's lease onto the run's own cluster, so that no sweep takes it before. Absent is success: there is
   * nothing to be swept. A stranger's is refused with ConflictError.
   */
  renewLease(plan: Plan, work: Work): Promise<void>;
  /**
   * Makes another owner's cluster the plan's: owner, run, lease and home, all of them or none. Done already is success,
   * absent too; a third one's is refused with ConflictError.
   */
  takeOver(plan: Plan, from: Owner, work: Work): Promise<void>;
  /** Removes the owner's cluster and proves it gone. Absent is success; a stranger's is refused. */
  remove(handle: ClusterHandle, owner: Owner, work: Work): Promise<void>;
  /** All clusters that carry our labels, whoever's. */
  list(work: Work): Promise<OwnedCluster[]>;
  /**
   * Everything that still carries this owner's label: cluster, processes, folders. Empty is what one wants. Whoever knows
   * which cluster it was names it, for a worker may never have heard of it.
   */
  leftovers(owner: Owner, work: Work, handle?: ClusterHandle): Promise<Leftover[]>;
  /**
   * Where pods do not really run (fake nodes): runs the Deployment's first container as a process that belongs to
   * the cluster, with the arguments read from that very Deployment. Absent where the cluster runs pods itself.
   */
  readonly runDeployment?: (
    handle: ClusterHandle,
    deployment: KubeObject,
    work: Work,
  ) => Promise<RunningController>;
  /**
   * What the provider alone can tell about a run that failed: logs and figures of programs that the API server doesn't
   * show. Absent where there is nothing of the kind. Works on a cluster that is half made or broken, too.
   */
  readonly evidence?: (handle: ClusterHandle, work: Work) => Promise<EvidenceSource[]>;
}

/** A controller that was started for a Deployment. */
export interface RunningController {
  /** Program and full arguments as started. */
  command: string[];
  /** Where it serves Prometheus metrics, on loopback. */
  metricsUrl: string;
}
