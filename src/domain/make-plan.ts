import { durationMs } from './durations.ts';
import type { Owner, RunIdentity } from './names.ts';
import { ownerLabels } from './names.ts';
import type { ClusterHandle, Plan, PlannedStep, SandboxNames } from './plan.ts';

/** What a plan is made from: names that provider and resource derived from spec and owner, touching nothing. */
export interface PlanParts {
  identity: RunIdentity;
  owner: Owner;
  cluster: ClusterHandle;
  sandbox: SandboxNames;
  /** Removing the cluster takes everything in it along. */
  disposable: boolean;
  lease: string;
  nowMs: number;
  workloadCommand: string[] | null;
  totalClaims: number;
  warmPoolReplicas: number;
}

/** All steps with their names and undos, before anything exists. */
export function makePlan(parts: PlanParts): Plan {
  const { identity, owner, cluster, sandbox } = parts;
  const runName = identity.workflowId;
  const leaseUntilSeconds = Math.ceil((parts.nowMs + durationMs(parts.lease)) / 1000);
  const absorbedBy = parts.disposable ? 'cluster' : null;
  const steps: PlannedStep[] = [
    {
      id: 'cluster',
      stage: 'create-cluster',
      title: `create cluster ${cluster.name} (${cluster.provider})`,
      undoTitle: `delete cluster ${cluster.name}`,
      absorbedBy: null,
    },
    {
      id: 'agent-sandbox',
      stage: 'install-agent-sandbox',
      title: `install agent-sandbox in ${sandbox.systemNamespace}`,
      undoTitle: `uninstall agent-sandbox from ${sandbox.systemNamespace}`,
      absorbedBy,
    },
    {
      id: 'workload',
      stage: 'install-agent-sandbox',
      title: `create namespace ${sandbox.workloadNamespace} and template ${sandbox.template}`,
      undoTitle: `delete template ${sandbox.template} and namespace ${sandbox.workloadNamespace}`,
      absorbedBy,
    },
    {
      id: 'warm-pool',
      stage: 'install-agent-sandbox',
      title: `fill warm pool ${sandbox.warmPool} with ${parts.warmPoolReplicas} sandboxes`,
      undoTitle: `delete warm pool ${sandbox.warmPool}`,
      absorbedBy,
    },
    {
      id: 'claims',
      stage: 'run-claims',
      title: `run ${parts.totalClaims} claims`,
      undoTitle: 'delete every claim of this run',
      absorbedBy,
    },
  ];
  return {
    runName,
    owner,
    identity,
    leaseUntilSeconds,
    labels: ownerLabels(runName, owner, leaseUntilSeconds),
    cluster,
    sandbox,
    workloadCommand: parts.workloadCommand,
    steps,
  };
}
