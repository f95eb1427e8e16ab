import type { Owner, RunIdentity } from './names.ts';
import type { Stage } from './stages.ts';

/** Every step of a run, in the order in which it is done; the unwind walks them backwards. */
export const STEP_IDS = ['cluster', 'agent-sandbox', 'workload', 'warm-pool', 'claims'] as const;
export type StepId = (typeof STEP_IDS)[number];

/** One undoable act. `absorbedBy` names the step whose undo takes this one's result away with it. */
export interface PlannedStep {
  id: StepId;
  stage: Stage;
  /** What is done, for people: `create cluster st-nightly-0123456789 (local)`. */
  title: string;
  /** What takes it back, for people: `delete cluster st-nightly-0123456789`. */
  undoTitle: string;
  absorbedBy: StepId | null;
}

/** Points at a cluster without any secret: credentials are fetched on the worker when they are used. */
export interface ClusterHandle {
  provider: string;
  name: string;
  location: string;
}

/** Names of what agent-sandbox gets, planned before anything exists. */
export interface SandboxNames {
  /** Resource type in the AgentSandbox registry, `Kubernetes`. */
  type: string;
  /** The run installs agent-sandbox and removes it; or it uses an installation that is there, and touches nothing of it. */
  install: 'own' | 'useExisting';
  /** Where the controller lives. For the run's own it is fixed by agent-sandbox's manifests. */
  systemNamespace: string;
  /** Where template, warm pool and claims live. */
  workloadNamespace: string;
  template: string;
  warmPool: string;
}

/** The run whose cluster another one takes over. */
export interface TakenFrom {
  runName: string;
  owner: Owner;
}

/** Everything a run will do and how it is taken back; made before anything exists, frozen in history. */
export interface Plan {
  runName: string;
  owner: Owner;
  identity: RunIdentity;
  /** Unix seconds; the run may own resources until then. */
  leaseUntilSeconds: number;
  /** Unix seconds; no extension goes beyond. */
  leaseCapSeconds: number;
  /** On every object that the run creates. */
  labels: Record<string, string>;
  cluster: ClusterHandle;
  /** Whose the cluster was before; null where this run makes its own. */
  takenFrom: TakenFrom | null;
  sandbox: SandboxNames;
  /** The command run inside each ready sandbox; null where the spec sets no workload. */
  workloadCommand: string[] | null;
  steps: PlannedStep[];
}

/** The unwind's order: every planned step, last in first out. */
export function unwindOrder(plan: Pick<Plan, 'steps'>): PlannedStep[] {
  return [...plan.steps].reverse();
}

/** Something that carries our label after the unwind. */
export interface Leftover {
  /** `process`, `folder`, `cluster`, `namespace`, ... */
  kind: string;
  name: string;
  detail: string;
}
